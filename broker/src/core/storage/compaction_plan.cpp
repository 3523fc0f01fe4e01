#include "broker/src/core/storage/compaction_plan.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace barnabas::broker::storage {

CompactionPlan plan_compaction(const SegmentList& segments, const LogConfig& config, Timestamp wall,
                               const CompactionBounds& bounds, ByteBuffer& scratch) {
  CompactionPlan plan;
  plan.first_dirty = std::max(bounds.first_dirty, segments.first().base_offset());
  plan.end = segments.first().base_offset();
  std::uint64_t clean = 0;
  std::uint64_t dirty = 0;
  std::optional<Timestamp> oldest_dirty;
  for (const auto& [base_offset, segment] : segments.all()) {
    const std::int64_t end = segments.end_of(*segment, bounds.log_end);
    if (segment.get() == &segments.last() || end > bounds.limit) break;
    const auto newest = segment->newest(scratch);
    if (!newest) break;
    if (config.min_compaction_lag_ms > 0 && *newest &&
        wall - (**newest).timestamp < config.min_compaction_lag_ms) {
      break;
    }
    plan.end = end;
    if (end <= plan.first_dirty) {
      clean += segment->size();
    } else {
      dirty += segment->size();
      if (!oldest_dirty && *newest) oldest_dirty = (**newest).timestamp;
    }
  }
  if (dirty == 0) return plan;
  plan.dirty_ratio = static_cast<double>(dirty) / static_cast<double>(clean + dirty);
  plan.due = plan.dirty_ratio > config.min_cleanable_dirty_ratio ||
             (oldest_dirty && wall - *oldest_dirty > config.max_compaction_lag_ms);
  return plan;
}

std::vector<std::vector<std::int64_t>> group_segments(const SegmentList& segments,
                                                      const LogConfig& config, std::int64_t end,
                                                      std::int64_t log_end) {
  std::vector<std::vector<std::int64_t>> groups;
  std::uint64_t size = 0;
  for (const auto& [base_offset, segment] : segments.all()) {
    if (base_offset >= end || segment.get() == &segments.last()) break;
    const std::int64_t segment_end = segments.end_of(*segment, log_end);
    const bool fits =
        !groups.empty() &&
        size + segment->size() <= static_cast<std::uint64_t>(config.segment_bytes) &&
        segment_end - groups.back().front() <= std::numeric_limits<std::int32_t>::max();
    if (!fits) {
      groups.emplace_back();
      size = 0;
    }
    groups.back().push_back(base_offset);
    size += segment->size();
  }
  return groups;
}

}  // namespace barnabas::broker::storage
