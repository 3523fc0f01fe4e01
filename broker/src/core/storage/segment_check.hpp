#pragma once

#include "protocol/records/batch_header.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error.hpp>

#include <cstdint>

namespace barnabas::broker::storage {

/// Judges the batches of a log that was not closed cleanly, in order, whether they are what was
/// appended or what a crash made of it.
/// Thread-safety: none.
class SegmentCheck {
 public:
  /// Begins with the segment at `begin`. From `strict_from` on offsets have to go on without a gap;
  /// before it compaction may have left some. `epoch`: of the batch before; -1 when unknown.
  SegmentCheck(std::int64_t begin, std::int64_t strict_from, std::int32_t epoch)
      : next_offset_(begin), strict_from_(strict_from), epoch_(epoch) {}

  /// Goes on to the segment at `base_offset`, which the next one limits at `limit`. Errors:
  /// corrupt_message when it cannot follow what was there before.
  Error enter_segment(std::int64_t base_offset, std::int64_t limit);
  /// Takes the next batch. Errors: corrupt_message saying what is wrong with it; then nothing
  /// behind it counts.
  Error take(const records::BatchHeader& header, BytesView batch);

  /// Where the sound batches end.
  std::int64_t next_offset() const noexcept { return next_offset_; }

 private:
  Error follows(std::int64_t offset, const char* what) const;

  std::int64_t next_offset_;
  std::int64_t strict_from_;
  std::int32_t epoch_;
  std::int64_t base_offset_ = 0;
  std::int64_t limit_ = 0;
};

}  // namespace barnabas::broker::storage
