#pragma once

#include "protocol/base/time.hpp"
#include "protocol/records/batch_header.hpp"
#include "protocol/records/record.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

namespace barnabas::records {

/// The headers of a record that was read, decoded while iterating.
/// Lifetime: that of the batch's bytes.
class HeaderRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = HeaderView;
    using difference_type = std::ptrdiff_t;
    using pointer = const HeaderView*;
    using reference = const HeaderView&;

    Iterator() = default;
    Iterator(BytesView bytes, std::int32_t left) : rest_(bytes), left_(left) { load(); }
    reference operator*() const noexcept { return header_; }
    pointer operator->() const noexcept { return &header_; }
    Iterator& operator++() {
      --left_;
      load();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
      return a.left_ == b.left_;
    }

   private:
    void load();

    BytesView rest_;
    HeaderView header_;
    std::int32_t left_ = 0;
  };

  HeaderRange() = default;
  /// Requires: `bytes` are `count` well-formed headers.
  HeaderRange(BytesView bytes, std::int32_t count) : bytes_(bytes), count_(count) {}

  Iterator begin() const { return {bytes_, count_}; }
  Iterator end() const { return {}; }
  std::size_t size() const noexcept { return static_cast<std::size_t>(count_); }
  bool empty() const noexcept { return count_ == 0; }

 private:
  BytesView bytes_;
  std::int32_t count_ = 0;
};

/// A record that was read. Lifetime: that of the batch's bytes.
struct RecordView {
  std::int64_t offset = 0;
  Timestamp timestamp = -1;
  std::optional<BytesView> key;
  std::optional<BytesView> value;
  HeaderRange headers;
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
