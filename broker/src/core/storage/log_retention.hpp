#pragma once

#include "broker/src/core/storage/log_config.hpp"
#include "broker/src/core/storage/segment_list.hpp"
#include "protocol/base/byte_buffer.hpp"
#include "protocol/base/time.hpp"

#include <cstdint>

namespace barnabas::broker::storage {

/// The offsets of a log that retention looks at.
struct RetainedRange {
  std::int64_t log_start = 0;
  std::int64_t high_watermark = 0;
  std::int64_t log_end = 0;
};

/// Where the log begins once retention.ms and retention.bytes are enforced, at `wall`: whole
/// segments from the front go, none that reaches beyond the high watermark. A segment whose newest
/// record cannot be told is kept.
std::int64_t retention_start(const SegmentList& segments, const LogConfig& config, Timestamp wall,
                             const RetainedRange& range, ByteBuffer& scratch);

}  // namespace barnabas::broker::storage
