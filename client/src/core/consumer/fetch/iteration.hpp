#pragma once

#include "client/src/core/consumer/positions/assignment.hpp"

#include <barnabas/detail/record_block.hpp>

#include <cstddef>
#include <memory>

namespace barnabas::client {

/// Hands out a decoded block record by record, each with its own step of the position. What became
/// stale meanwhile is left out; what was paused is fetched again once it is resumed.
/// Thread-safety: none.
class Iteration {
 public:
  /// Requires: at_end().
  void begin(std::shared_ptr<const detail::RecordBlock> block);
  bool at_end() const noexcept { return !block_; }
  /// The next record, as an entry of `block()`; null at the end.
  const detail::RecordEntry* next(Assignment& assignment);
  const std::shared_ptr<const detail::RecordBlock>& block() const noexcept { return block_; }
  /// The range of the record that `next` returned last.
  const detail::RecordRange& range() const noexcept { return block_->ranges[range_]; }
  /// Takes away what was not handed out yet; null when that is nothing.
  std::shared_ptr<const detail::RecordBlock> take_rest();

 private:
  std::shared_ptr<const detail::RecordBlock> block_;
  std::size_t range_ = 0;  // of entry_
  std::size_t entry_ = 0;  // the next one
};

/// A block with the ranges that `keep` wants, sharing the memory of `block`.
template <class Keep>
std::shared_ptr<detail::RecordBlock> filter_block(
    const std::shared_ptr<const detail::RecordBlock>& block, Keep keep) {
  auto filtered = std::make_shared<detail::RecordBlock>();
  filtered->owners.push_back(block);
  for (const detail::RecordRange& range : block->ranges) {
    detail::RecordRange kept = range;
    if (!keep(kept)) continue;
    const auto begin = block->entries.begin();
    const std::size_t first = filtered->entries.size();
    filtered->entries.insert(filtered->entries.end(),
                             begin + static_cast<std::ptrdiff_t>(kept.first),
                             begin + static_cast<std::ptrdiff_t>(kept.last));
    kept.first = first;
    kept.last = filtered->entries.size();
    filtered->ranges.push_back(std::move(kept));
  }
  return filtered;
}

}  // namespace barnabas::client
