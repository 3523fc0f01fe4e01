#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_header.hpp"
#include "protocol/records/record_reader.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>

namespace barnabas::records {

/// One batch as it lies in fetched data or a segment: a magic 2 batch, or an entry of a legacy
/// message set (magic 0 and 1), which is one message or a compressed wrapper of many. Lifetime:
/// that of the data.
struct BatchView {
  /// For a legacy entry only magic, attributes, batch_length and the offset are filled in, the
  /// latter as base_offset with last_offset_delta 0: it is the offset of the entry's last record.
  BatchHeader header;
  BytesView bytes;  ///< The whole batch.

  bool is_legacy() const noexcept { return header.magic < 2; }
  std::int64_t last_offset() const noexcept { return header.last_offset(); }
  std::int64_t next_offset() const noexcept { return header.next_offset(); }
};

/// Iterates concatenated batches. Looks only at headers: nothing is decompressed or checksummed.
///
///   BatchReader reader(data);
///   for (BatchView batch; reader.next(batch);) ...
///   if (reader.failed()) return reader.error();
///
/// A last batch that is cut short ends the iteration without an error: a broker fills fetch
/// responses to the byte. Lifetime: the data outlives the reader and the views. Thread-safety:
/// none.
class BatchReader {
 public:
  explicit BatchReader(BytesView data) noexcept : data_(data) {}

  /// Moves to the next batch. False at the end and on failure.
  bool next(BatchView& batch);

  /// Where the next batch starts, or where reading ended: bytes of `data` behind it were not used.
  std::size_t position() const noexcept { return position_; }
  /// Whether reading ended at a batch that is cut short.
  bool ended_in_batch() const noexcept { return cut_short_; }
  bool failed() const noexcept { return !error_.ok(); }
  /// corrupt_message with the offset the damaged header claims, or no error.
  const Error& error() const noexcept { return error_; }

 private:
  bool end_in_batch() noexcept;
  bool fail(Error error);

  BytesView data_;
  std::size_t position_ = 0;
  bool cut_short_ = false;
  Error error_;
};

/// How `open_batch` treats a batch.
struct OpenOptions {
  bool check_crc = true;  ///< check.crcs
  /// The largest decompressed size that is accepted, in bytes.
  std::size_t max_decompressed_size = std::size_t{256} << 20;
};

/// Opens a batch for reading: checks the CRC, decompresses into `storage` where necessary, and
/// turns legacy entries into magic 2 records there. A batch that is not compressed is read in
/// place. Control batches are opened like others; their records are for control_record.hpp.
/// `storage` is overwritten if it is needed. Lifetime: the reader's views live as long as
/// `batch.bytes` and the content of `storage`.
/// Errors: corrupt_message (CRC, structure), decompression_failed, unsupported_compression_type;
/// each with the batch's offset.
Result<RecordReader> open_batch(const BatchView& batch, compression::Decompressor& decompressor,
                                ByteBuffer& storage, const OpenOptions& options = {});

}  // namespace barnabas::records
