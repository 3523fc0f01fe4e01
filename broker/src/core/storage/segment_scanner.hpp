#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "protocol/base/byte_buffer.hpp"
#include "protocol/records/batch_header.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error.hpp>

#include <cstddef>
#include <cstdint>

namespace barnabas::broker::storage {

/// Walks the batches of a segment's file, one after the other, by their headers.
///
///   SegmentScanner scanner(disk, file, 0, size, scratch);
///   while (scanner.next() == SegmentScanner::Step::batch) ...
///
/// Thread-safety: none. Lifetime: `scratch` is overwritten; the disk and it outlive the scanner.
class SegmentScanner {
 public:
  enum class Step : std::uint8_t {
    batch,    ///< At a batch whose header is sound and which lies in the file as a whole.
    end,      ///< At the end.
    damaged,  ///< What follows is no batch, or is cut short; `error` says more.
    failed    ///< The disk failed.
  };

  /// From `position`, where a batch begins, to `end`. `read_size`: how much is read at once; small
  /// to look at a few headers, large to go through all.
  SegmentScanner(Disk& disk, FileId file, std::uint64_t position, std::uint64_t end,
                 ByteBuffer& scratch, std::size_t read_size);

  /// Goes to the next batch. After anything but `batch` there is no next.
  Step next();
  const records::BatchHeader& header() const noexcept { return header_; }
  /// Where the current batch begins, or where the walk ended.
  std::uint64_t position() const noexcept { return position_; }
  /// The whole current batch. Valid until `next`. Errors: what the disk says, or
  /// malformed_message when the file became shorter.
  Result<BytesView> batch();
  /// corrupt_message when damaged, the disk's error when failed.
  const Error& error() const noexcept { return error_; }

 private:
  Result<BytesView> bytes(std::size_t count);

  Disk& disk_;
  FileId file_;
  std::uint64_t position_;
  std::uint64_t end_;
  ByteBuffer& scratch_;
  std::size_t read_size_;
  std::uint64_t scratch_position_ = 0;
  std::size_t size_ = 0;  // of the current batch
  records::BatchHeader header_;
  Error error_;
};

}  // namespace barnabas::broker::storage
