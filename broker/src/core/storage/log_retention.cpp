#include "broker/src/core/storage/log_retention.hpp"

#include <algorithm>

namespace barnabas::broker::storage {

namespace {

bool is_expired(Segment& segment, const LogConfig& config, Timestamp wall, ByteBuffer& scratch) {
  if (!config.cleanup_delete || config.retention_ms < 0) return false;
  const Result<std::optional<IndexedTime>> newest = segment.newest(scratch);
  return newest && *newest && wall - (**newest).timestamp > config.retention_ms;
}

bool is_too_much(std::uint64_t total, const Segment& segment, const LogConfig& config) {
  return config.cleanup_delete && config.retention_bytes >= 0 &&
         total - segment.size() >= static_cast<std::uint64_t>(config.retention_bytes);
}

}  // namespace

std::int64_t retention_start(const SegmentList& segments, const LogConfig& config, Timestamp wall,
                             const RetainedRange& range, ByteBuffer& scratch) {
  std::int64_t start = range.log_start;
  std::uint64_t total = segments.size();
  for (const auto& [base_offset, segment] : segments.all()) {
    const std::int64_t end = segments.end_of(*segment, range.log_end);
    if (segment->empty() || end > range.high_watermark) break;
    const bool gone = end <= range.log_start || is_too_much(total, *segment, config) ||
                      is_expired(*segment, config, wall, scratch);
    if (!gone) break;
    total -= segment->size();
    start = std::max(start, end);
  }
  return start;
}

}  // namespace barnabas::broker::storage
