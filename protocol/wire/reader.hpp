#pragma once

#include "protocol/wire/big_endian.hpp"
#include "protocol/wire/record_segments.hpp"
#include "protocol/wire/varint.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error.hpp>
#include <barnabas/uuid.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace barnabas::wire {

/// Takes a message apart, over one contiguous span of bytes that it does not own. Every read is
/// checked. The first failure sticks: from then on reads yield zero and empty values, and one look
/// at `ok()` after the message suffices. `field` arguments name the field in the error; they must
/// be literals.
/// Lengths below zero mean null, as in Kafka. `flexible` selects the compact forms (KIP-482).
/// Thread-safety: none.
class Reader {
 public:
  explicit Reader(BytesView bytes)
      : begin_(bytes.begin()),
        cursor_(bytes.begin()),
        end_(bytes.end()),
        memory_left_(bytes.size() * memory_per_byte + memory_floor) {}

  bool ok() const noexcept { return what_ == nullptr; }
  /// malformed_message with the field, the offset and what is wrong. Requires: !ok().
  Error error() const;
  /// Makes the reader fail, unless it has already.
  void fail(const char* field, const char* what) noexcept;

  std::size_t offset() const noexcept { return static_cast<std::size_t>(cursor_ - begin_); }
  std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - cursor_); }
  /// What has not been read yet.
  BytesView rest() const noexcept { return {cursor_, remaining()}; }

  bool boolean(const char* field) noexcept { return load<std::uint8_t>(field) != 0; }
  std::int8_t int8(const char* field) noexcept {
    return static_cast<std::int8_t>(load<std::uint8_t>(field));
  }
  std::int16_t int16(const char* field) noexcept {
    return static_cast<std::int16_t>(load<std::uint16_t>(field));
  }
  std::uint16_t uint16(const char* field) noexcept { return load<std::uint16_t>(field); }
  std::int32_t int32(const char* field) noexcept {
    return static_cast<std::int32_t>(load<std::uint32_t>(field));
  }
  std::uint32_t uint32(const char* field) noexcept { return load<std::uint32_t>(field); }
  std::int64_t int64(const char* field) noexcept {
    return static_cast<std::int64_t>(load<std::uint64_t>(field));
  }
  double float64(const char* field) noexcept {
    return std::bit_cast<double>(load<std::uint64_t>(field));
  }
  Uuid uuid(const char* field) noexcept {
    const std::uint64_t high = load<std::uint64_t>(field);
    const std::uint64_t low = load<std::uint64_t>(field);
    return {high, low};
  }
  std::uint32_t uvarint(const char* field) noexcept {
    if (cursor_ != end_ && *cursor_ < std::byte{0x80}) {
      return std::to_integer<std::uint32_t>(*cursor_++);
    }
    return long_uvarint(field);
  }
  /// All elements of an array of numbers, whose length has been read.
  template <class Number>
  void numbers(std::vector<Number>& values, const char* field) noexcept {
    const std::size_t size = values.size() * sizeof(Number);
    if (remaining() < size) [[unlikely]] {
      fail(field, ends_inside);
      return;
    }
    const std::byte* at = cursor_;
    for (Number& value : values) {
      value = static_cast<Number>(load_big_endian<std::make_unsigned_t<Number>>(at));
      at += sizeof(Number);
    }
    cursor_ += size;
  }
  /// `count` bytes as they are.
  BytesView raw(std::size_t count, const char* field) noexcept;

  /// Views into the span. Null fails, unless the function is a nullable one and `nullable` is set
  /// (a field may be nullable in some versions only).
  std::string_view string(bool flexible, const char* field) noexcept;
  std::optional<std::string_view> nullable_string(bool flexible, bool nullable,
                                                  const char* field) noexcept;
  BytesView bytes(bool flexible, const char* field) noexcept;
  std::optional<BytesView> nullable_bytes(bool flexible, bool nullable, const char* field) noexcept;
  RecordSegments records(bool flexible, bool nullable, const char* field) noexcept;
  /// The marker before a nullable struct: whether the struct follows. In the tag section
  /// (`tagged`) it is an unsigned varint of 0 or 1, elsewhere an int8 of -1 or 1.
  bool struct_present(bool tagged, bool nullable, const char* field) noexcept;

  /// How many array elements follow. Fails when so many elements of at least `min_encoded_size`
  /// bytes cannot be left, or when `memory_size` bytes for each would be out of proportion to the
  /// message, so that a vector may be sized by the answer.
  std::size_t array_size(bool flexible, std::size_t min_encoded_size, std::size_t memory_size,
                         const char* field) noexcept;
  std::optional<std::size_t> nullable_array_size(bool flexible, bool nullable,
                                                 std::size_t min_encoded_size,
                                                 std::size_t memory_size,
                                                 const char* field) noexcept;

 private:
  friend class TagSection;

  // Decoded arrays may take this many bytes of memory per byte of message. The widest structs of
  // real messages need about 15.
  static constexpr std::size_t memory_per_byte = 32;
  static constexpr std::size_t memory_floor = 64 * 1024;
  static constexpr const char* ends_inside = "the message ends inside it";

  template <class Unsigned>
  Unsigned load(const char* field) noexcept {
    if (remaining() < sizeof(Unsigned)) [[unlikely]] {
      fail(field, ends_inside);
      return 0;
    }
    const Unsigned value = load_big_endian<Unsigned>(cursor_);
    cursor_ += sizeof(Unsigned);
    return value;
  }
  /// The length before a string or bytes: nothing when null.
  std::optional<std::size_t> short_length(bool flexible, const char* field) noexcept;
  std::optional<std::size_t> long_length(bool flexible, const char* field) noexcept;
  std::uint32_t long_uvarint(const char* field) noexcept;
  std::optional<std::size_t> compact_length(const char* field) noexcept;
  BytesView take(std::optional<std::size_t> length, const char* field) noexcept;

  const std::byte* begin_;
  const std::byte* cursor_;
  const std::byte* end_;
  std::size_t memory_left_;
  const char* field_ = nullptr;  // of the failure
  const char* what_ = nullptr;
  std::size_t failed_at_ = 0;
};

}  // namespace barnabas::wire
