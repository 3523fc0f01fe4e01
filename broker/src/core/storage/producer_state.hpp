#pragma once

#include "broker/src/core/storage/producer_entry.hpp"
#include "protocol/base/time.hpp"
#include "protocol/records/batch_header.hpp"

#include <barnabas/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace barnabas::broker::storage {

/// The idempotent and transactional producers of one partition (KIP-98, KIP-360): finds duplicates
/// and gaps in their sequences. A function of the batches in the log, in order: after a restart the
/// same batches give the same state.
/// Thread-safety: none.
class ProducerState {
 public:
  using Entries = std::map<std::int64_t, ProducerEntry>;

  /// Beyond `max_producers` the one whose last batch is the oldest is forgotten, if it has no
  /// transaction open.
  explicit ProducerState(std::size_t max_producers) : max_producers_(max_producers) {}

  /// Judges a batch before it is appended: nothing when it may be, the batch in the log when it is
  /// a repetition of that.
  /// - Same epoch, same first and last sequence as one of the last 5: repetition.
  /// - An older epoch: invalid_producer_epoch.
  /// - A newer epoch has to begin with sequence 0, the same epoch goes on after the last sequence:
  ///   else out_of_order_sequence_number.
  /// - A producer not known (any more) may begin with any sequence.
  /// - invalid_txn_state: not transactional while the producer has a transaction open here.
  Result<std::optional<ProducedBatch>> check(const records::BatchHeader& batch) const;

  /// Takes note of a batch that is in the log now. `marker_epoch`: the coordinator's epoch when the
  /// batch is a transaction marker.
  void update(const records::BatchHeader& batch, Instant now,
              std::optional<std::int32_t> marker_epoch = std::nullopt);

  /// Forgets producers that appended nothing for as long as `idle`, unless they have a transaction
  /// open.
  void expire(Instant now, std::chrono::milliseconds idle);

  /// Of the first open transaction; nothing when none is open.
  std::optional<std::int64_t> first_unstable_offset() const;

  const Entries& entries() const noexcept { return entries_; }
  /// Takes over entries, from a snapshot. They count as active at `now`.
  void restore(Entries entries, Instant now);

 private:
  ProducerEntry& touch(std::int64_t producer_id, std::int64_t offset, Instant now);
  void forget_oldest();
  void forget(std::int64_t producer_id);

  struct Activity {
    std::int64_t last_offset;
    Instant at;
  };

  std::size_t max_producers_;
  Entries entries_;
  std::map<std::int64_t, Activity> activity_;                       // by producer
  std::set<std::pair<std::int64_t, std::int64_t>> by_last_offset_;  // with the producer
  std::set<std::int64_t> open_transactions_;                        // their first offsets
};

}  // namespace barnabas::broker::storage
