#pragma once

#include "protocol/wire/big_endian.hpp"
#include "protocol/wire/encoded_size.hpp"
#include "protocol/wire/gather_buffer.hpp"
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

/// Puts a message together in a GatherBuffer: `reserve` its exact size, then write that much.
/// Record data is lent to the buffer, everything else is copied into it. The first failure sticks
/// and the buffer's content is then worthless. `field` arguments name the field in the error; they
/// must be literals.
/// Thread-safety: none.
class Writer {
 public:
  explicit Writer(GatherBuffer& out) : out_(out) {}

  /// Sees to it that `size.owned` bytes can be written from here. A message's `encode` does so for
  /// itself; to reserve for several things at once saves memory moves.
  void reserve(const EncodedSize& size);
  /// Whether all went well and all that was reserved is written; ask at the end. Failing that there
  /// is an error.
  bool complete() noexcept;

  bool ok() const noexcept { return what_ == nullptr; }
  /// invalid_argument or unsupported_version with the field and what is wrong. Requires: !ok().
  Error error() const;
  /// A field that this version does not have differs from its default.
  void fail_absent(const char* field) noexcept;

  void boolean(bool value) noexcept { store<std::uint8_t>(value ? 1 : 0); }
  void int8(std::int8_t value) noexcept { store(static_cast<std::uint8_t>(value)); }
  void int16(std::int16_t value) noexcept { store(static_cast<std::uint16_t>(value)); }
  void uint16(std::uint16_t value) noexcept { store(value); }
  void int32(std::int32_t value) noexcept { store(static_cast<std::uint32_t>(value)); }
  void uint32(std::uint32_t value) noexcept { store(value); }
  void int64(std::int64_t value) noexcept { store(static_cast<std::uint64_t>(value)); }
  void float64(double value) noexcept { store(std::bit_cast<std::uint64_t>(value)); }
  void uuid(const Uuid& value) noexcept {
    store(value.high());
    store(value.low());
  }
  void uvarint(std::uint64_t value) noexcept {
    if (value < 0x80) {
      store(static_cast<std::uint8_t>(value));
    } else {
      long_uvarint(value);
    }
  }
  /// The elements of an array of numbers, without its length.
  template <class Number>
  void numbers(const std::vector<Number>& values) noexcept {
    std::byte* at = take(values.size() * sizeof(Number));
    if (at == nullptr) return;
    for (const Number value : values) {
      store_big_endian(at, static_cast<std::make_unsigned_t<Number>>(value));
      at += sizeof(Number);
    }
  }
  void raw(BytesView bytes) noexcept;

  void string(std::string_view value, bool flexible, const char* field) noexcept;
  void bytes(BytesView value, bool flexible, const char* field) noexcept;
  /// Null fails unless `nullable`: a field may be nullable in some versions only.
  void nullable_string(const std::optional<std::string_view>& value, bool flexible, bool nullable,
                       const char* field) noexcept;
  void nullable_bytes(const std::optional<BytesView>& value, bool flexible, bool nullable,
                      const char* field) noexcept;
  void records(const RecordSegments& value, bool flexible, bool nullable, const char* field);
  /// The length before an array of `count` elements, and that of a null one.
  void array_size(std::size_t count, bool flexible, const char* field) noexcept {
    length(count, flexible, field);
  }
  void null_array(bool flexible, bool nullable, const char* field) noexcept;
  /// The marker before a nullable struct; see Reader::struct_present.
  void struct_present(bool present, bool tagged, bool nullable, const char* field) noexcept;
  /// What stands before a tagged field of `size` bytes.
  void tag(std::uint32_t tag, std::size_t size) noexcept {
    uvarint(tag);
    uvarint(size);
  }

 private:
  static constexpr std::size_t max_length = 0x7FFFFFFF;

  template <class Unsigned>
  void store(Unsigned value) noexcept {
    if (std::byte* at = take(sizeof(Unsigned))) store_big_endian(at, value);
  }
  /// Room for `count` bytes, or nullptr when fewer are reserved.
  std::byte* take(std::size_t count) noexcept {
    if (count > left_) [[unlikely]] {
      size_differs();
      return nullptr;
    }
    std::byte* at = cursor_;
    cursor_ += count;
    left_ -= count;
    return at;
  }
  void size_differs() noexcept;
  void fail(ErrorCode code, const char* field, const char* what) noexcept;
  /// False, after failing, when null is not allowed.
  bool null_allowed(bool nullable, const char* field) noexcept;
  /// The length before bytes, records and arrays.
  void length(std::size_t value, bool flexible, const char* field) noexcept {
    if (value > max_length) {
      too_long(field);
    } else if (flexible) {
      uvarint(value + 1);
    } else {
      uint32(static_cast<std::uint32_t>(value));
    }
  }
  void long_uvarint(std::uint64_t value) noexcept;
  void too_long(const char* field) noexcept;
  void null_length(bool flexible) noexcept;

  GatherBuffer& out_;
  std::byte* cursor_ = nullptr;
  std::size_t left_ = 0;
  ErrorCode code_ = ErrorCode::none;
  const char* field_ = nullptr;  // of the failure
  const char* what_ = nullptr;
};

}  // namespace barnabas::wire
