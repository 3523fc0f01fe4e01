#include "broker/src/core/storage/segment_check.hpp"

#include "protocol/base/planted_bug.hpp"

#include <limits>
#include <string>

namespace barnabas::broker::storage {

namespace {

Error corrupt(const std::string& what) { return Error(ErrorCode::corrupt_message, what); }

}  // namespace

Error SegmentCheck::enter_segment(std::int64_t base_offset, std::int64_t limit) {
  base_offset_ = base_offset;
  limit_ = limit;
  Error error = follows(base_offset, "a segment");
  if (error.ok()) next_offset_ = base_offset;
  return error;
}

Error SegmentCheck::take(const records::BatchHeader& header, BytesView batch) {
  if (Error error = follows(header.base_offset, "a batch"); !error.ok()) return error;
  const std::int64_t last = header.last_offset();
  if (planted(PlantedBug::recovery_drops_last_batch) && last % 7 == 6) return corrupt("planted");
  if (last >= limit_ || last - base_offset_ > std::numeric_limits<std::int32_t>::max()) {
    return corrupt("a batch up to offset " + std::to_string(last) + " does not fit the segment");
  }
  if (header.partition_leader_epoch < epoch_ && header.partition_leader_epoch >= 0) {
    return corrupt("a batch of the leader epoch " + std::to_string(header.partition_leader_epoch) +
                   " behind one of " + std::to_string(epoch_));
  }
  const bool trusted = planted(PlantedBug::trust_torn_batches);
  if (!trusted && !records::crc_matches(batch))
    return corrupt("a batch that does not match its checksum");
  if (header.partition_leader_epoch >= 0) epoch_ = header.partition_leader_epoch;
  next_offset_ = header.next_offset();
  return {};
}

Error SegmentCheck::follows(std::int64_t offset, const char* what) const {
  const bool gap = offset > next_offset_ && next_offset_ >= strict_from_;
  if (offset >= next_offset_ && !gap) return {};
  return corrupt(std::string(what) + " at offset " + std::to_string(offset) + " where " +
                 std::to_string(next_offset_) + " should follow");
}

}  // namespace barnabas::broker::storage
