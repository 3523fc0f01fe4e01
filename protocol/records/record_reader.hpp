#pragma once

#include "protocol/base/time.hpp"
#include "protocol/records/batch_header.hpp"
#include "protocol/records/record.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error.hpp>
#include <barnabas/headers_view.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace barnabas::records {

/// A record that was read. Lifetime: that of the batch's bytes.
struct RecordView {
  std::int64_t offset = 0;
  Timestamp timestamp = -1;
  std::optional<BytesView> key;
  std::optional<BytesView> value;
  HeadersView headers;
};

/// Iterates the records of one batch without allocating:
///
///   RecordReader reader(header, bytes);
///   for (RecordView record; reader.next(record);) ...
///   if (reader.failed()) return reader.error();
///
/// Every length is checked against the bytes and must be consumed exactly, and the batch must hold
/// exactly the records that its header counts. The first violation ends the iteration.
/// Lifetime: the bytes outlive the reader and the views. Thread-safety: none.
class RecordReader {
 public:
  /// A reader at the end of nothing.
  RecordReader() = default;
  /// `records`: what follows the header, decompressed.
  RecordReader(const BatchHeader& header, BytesView records) noexcept;

  /// Reads the next record. False at the end and on failure.
  bool next(RecordView& record) noexcept;

  /// Records not yet read.
  std::int32_t remaining() const noexcept { return remaining_; }
  bool failed() const noexcept { return failure_ != nullptr; }
  /// The failure as corrupt_message with the batch's offset, or no error.
  Error error() const;

 private:
  bool read_quickly(RecordView& record) noexcept;
  bool read_any(RecordView& record) noexcept;
  bool fail(const char* what) noexcept;

  const std::byte* at_ = nullptr;
  const std::byte* end_ = nullptr;
  std::int32_t remaining_ = 0;
  std::int32_t last_offset_delta_ = 0;
  bool log_append_time_ = false;
  std::int64_t base_offset_ = 0;
  Timestamp base_timestamp_ = -1;
  Timestamp max_timestamp_ = -1;
  const char* failure_ = nullptr;
};

}  // namespace barnabas::records
