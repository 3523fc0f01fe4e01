#include "client/src/core/consumer/fetch/iteration.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

void Iteration::begin(std::shared_ptr<const detail::RecordBlock> block) {
  block_ = std::move(block);
  range_ = 0;
  entry_ = 0;
}

const detail::RecordEntry* Iteration::next(Assignment& assignment) {
  for (; block_ && range_ < block_->ranges.size(); ++range_) {
    const detail::RecordRange& range = block_->ranges[range_];
    entry_ = std::max(entry_, range.first);
    if (!assignment.may_hand_out(range.partition, range.generation)) continue;
    if (entry_ == range.last) {
      // Control records and aborted data were skipped behind the last record.
      (void)assignment.hand_out(range.partition, range.generation,
                                {range.next_offset, range.leader_epoch.value_or(-1)});
      continue;
    }
    const detail::RecordEntry& entry = block_->entries[entry_++];
    const bool last = entry_ == range.last;
    (void)assignment.hand_out(range.partition, range.generation,
                              {last ? range.next_offset : entry.offset + 1, entry.leader_epoch});
    return &entry;
  }
  block_.reset();
  return nullptr;
}

std::shared_ptr<const detail::RecordBlock> Iteration::take_rest() {
  const std::shared_ptr<const detail::RecordBlock> block = std::exchange(block_, nullptr);
  if (!block || (range_ == 0 && entry_ == 0)) return block;
  std::size_t index = 0;
  return filter_block(block, [&](detail::RecordRange& range) {
    range.first = std::clamp(entry_, range.first, range.last);
    return index++ >= range_;
  });
}

}  // namespace barnabas::client
