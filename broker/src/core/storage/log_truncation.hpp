#pragma once

#include "broker/src/core/storage/segment_list.hpp"
#include "protocol/base/byte_buffer.hpp"

#include <barnabas/result.hpp>

#include <cstdint>

namespace barnabas::broker::storage {

/// Removes all batches from `offset` on, with the one that contains it, the last segments first.
/// The segment that is the last then is open. Returns the new end of the log. Errors: of the disk;
/// the segments cannot be used any more then.
Result<std::int64_t> truncate_segments(Disk& disk, SegmentList& segments, std::int64_t offset,
                                       ByteBuffer& scratch);

}  // namespace barnabas::broker::storage
