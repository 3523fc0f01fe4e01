#include "broker/src/core/fetch/fetch_session.hpp"

#include "protocol/base/planted_bug.hpp"

#include <iterator>
#include <limits>
#include <utility>

namespace barnabas::broker {

void FetchSession::advance_epoch() noexcept {
  next_epoch_ = next_epoch_ == std::numeric_limits<std::int32_t>::max() ? 1 : next_epoch_ + 1;
}

void FetchSession::set(FetchPartition partition) {
  const auto known = index_.find(partition.key);
  if (known != index_.end()) {
    if (planted(PlantedBug::session_keeps_old_offset)) return;
    FetchPartition& place = **known;
    partition.told_high_watermark = place.told_high_watermark;
    partition.told_log_start_offset = place.told_log_start_offset;
    place = std::move(partition);
    return;
  }
  partitions_.push_back(std::move(partition));
  index_.insert(std::prev(partitions_.end()));
}

void FetchSession::forget(const FetchKey& key) {
  const auto known = index_.find(key);
  if (known == index_.end()) return;
  const Partitions::iterator partition = *known;
  index_.erase(known);
  partitions_.erase(partition);
}

}  // namespace barnabas::broker
