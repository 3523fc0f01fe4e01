#pragma once

#include "client/src/core/consumer/fetch/fetched_chunk.hpp"
#include "protocol/records/batch_header.hpp"

#include <barnabas/isolation_level.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace barnabas::client {

/// Decides, batch by batch in their order, which ones belong to aborted transactions. Readers of
/// uncommitted data see all.
/// Lifetime: the list outlives the filter. Thread-safety: none.
class TransactionFilter {
 public:
  /// `aborted`: of the response, by first offset.
  TransactionFilter(std::span<const AbortedTransaction> aborted, IsolationLevel isolation)
      : aborted_(aborted), active_(isolation == IsolationLevel::read_committed) {}

  /// Whether the content of control batches matters.
  bool reads_markers() const noexcept { return active_ && !aborted_.empty(); }
  /// Whether a data batch is to be left out.
  bool hides(const records::BatchHeader& batch) {
    if (!active_) return false;
    begin_aborted_until(batch.last_offset());
    return batch.is_transactional() && open_.contains(batch.producer_id);
  }
  /// The abort marker of a producer's transaction was met.
  void on_abort_marker(const records::BatchHeader& batch) {
    begin_aborted_until(batch.last_offset());
    open_.erase(batch.producer_id);
  }
  /// The transactions that have not ended yet, for a filter that goes on from here.
  std::vector<AbortedTransaction> rest() const {
    std::vector<AbortedTransaction> all;
    for (const auto& [producer_id, first_offset] : open_) {
      all.push_back({producer_id, first_offset});
    }
    const auto to_come = aborted_.subspan(next_);
    all.insert(all.end(), to_come.begin(), to_come.end());
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.first_offset < b.first_offset; });
    return all;
  }

 private:
  void begin_aborted_until(std::int64_t offset) {
    while (next_ < aborted_.size() && aborted_[next_].first_offset <= offset) {
      open_.try_emplace(aborted_[next_].producer_id, aborted_[next_].first_offset);
      ++next_;
    }
  }

  std::span<const AbortedTransaction> aborted_;
  bool active_;
  std::size_t next_ = 0;
  /// Producers within an aborted transaction, with its first offset.
  std::map<std::int64_t, std::int64_t> open_;
};

}  // namespace barnabas::client
