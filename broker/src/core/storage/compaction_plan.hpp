#pragma once

#include "broker/src/core/storage/log_config.hpp"
#include "broker/src/core/storage/segment_list.hpp"
#include "protocol/base/time.hpp"

#include <cstdint>
#include <vector>

// What of a log compaction may take on, and whether it is worth it.

namespace barnabas::broker::storage {

struct CompactionBounds {
  std::int64_t log_start = 0;
  std::int64_t log_end = 0;
  /// Everything below is clean already.
  std::int64_t first_dirty = 0;
  /// Nothing from here on: it is not stable, or not known to be durable.
  std::int64_t limit = 0;
};

struct CompactionPlan {
  std::int64_t first_dirty = 0;
  std::int64_t end = 0;    ///< Where the segments end that may be compacted: the base of another.
  double dirty_ratio = 0;  ///< Share of their bytes that is dirty.
  bool due = false;        ///< The ratio, or max.compaction.lag.ms, wants it now.
};

/// Closed segments only, and none with a record younger than min.compaction.lag.ms. As in Kafka.
CompactionPlan plan_compaction(const SegmentList& segments, const LogConfig& config, Timestamp wall,
                               const CompactionBounds& bounds, ByteBuffer& scratch);

/// The segments below `end`, in rows each of which is to become one segment: together not larger
/// than segment.bytes, and with offsets that fit one.
std::vector<std::vector<std::int64_t>> group_segments(const SegmentList& segments,
                                                      const LogConfig& config, std::int64_t end,
                                                      std::int64_t log_end);

}  // namespace barnabas::broker::storage
