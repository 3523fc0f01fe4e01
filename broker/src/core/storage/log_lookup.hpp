#pragma once

#include "broker/src/core/storage/segment_list.hpp"
#include "protocol/base/byte_buffer.hpp"
#include "protocol/base/time.hpp"
#include "protocol/compression/decompressor.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <optional>

namespace barnabas::broker::storage {

/// A record's place and time.
struct TimestampOffset {
  Timestamp timestamp = -1;
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;
  bool operator==(const TimestampOffset&) const = default;
};

/// Looks for records by their time. Batches are decompressed where necessary.
/// Thread-safety: none. Lifetime: all outlive it.
class LogLookup {
 public:
  LogLookup(const SegmentList& segments, ByteBuffer& scratch, ByteBuffer& records_scratch,
            compression::Decompressor& decompressor)
      : segments_(segments),
        scratch_(scratch),
        records_scratch_(records_scratch),
        decompressor_(decompressor) {}

  /// The first record not below offset `from` and not older than `timestamp`. Errors: of the disk,
  /// or of records::open_batch.
  Result<std::optional<TimestampOffset>> first_since(Timestamp timestamp, std::int64_t from);
  /// The first record with the largest timestamp of all.
  Result<std::optional<TimestampOffset>> newest();

 private:
  Result<std::optional<TimestampOffset>> in_segment(Segment& segment, Timestamp timestamp,
                                                    std::int64_t from);
  Result<std::optional<TimestampOffset>> in_batch(Segment& segment, const LocatedBatch& batch,
                                                  Timestamp timestamp, std::int64_t from);

  const SegmentList& segments_;
  ByteBuffer& scratch_;
  ByteBuffer& records_scratch_;
  compression::Decompressor& decompressor_;
};

}  // namespace barnabas::broker::storage
