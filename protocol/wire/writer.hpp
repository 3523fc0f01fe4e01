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
///
/// Whoever writes holds the place where the next byte goes, from `cursor` to `advance_to`: each
/// function that writes takes it and returns the place behind what it wrote. Kept in here it would
/// be stored and loaded again with every field, as any byte written might be part of it.
/// Thread-safety: none.
class Writer {
 public:
  explicit Writer(GatherBuffer& out) : out_(out) {}

  /// Sees to it that `size.owned` bytes can be written from here. A message's `encode` does so for
  /// itself; to reserve for several things at once saves memory moves. Moves the cursor.
  void reserve(const EncodedSize& size);
  /// Where the next byte goes.
  std::byte* cursor() const noexcept { return cursor_; }
  /// Takes back what `cursor` gave, behind what was written.
  void advance_to(std::byte* at) noexcept { cursor_ = at; }
  /// Whether all went well and all that was reserved is written; ask at the end. Failing that there
  /// is an error.
  bool complete() noexcept;

  bool ok() const noexcept { return what_ == nullptr; }
  /// invalid_argument or unsupported_version with the field and what is wrong. Requires: !ok().
  Error error() const;
  /// A field that this version does not have differs from its default.
  void fail_absent(const char* field) noexcept;

  /// Numbers, booleans and uuids of fixed size, one behind the other.
  template <class... Values>
  std::byte* fixed(std::byte* at, const Values&... values) noexcept {
    if (!has_room(at, (fixed_size<Values> + ...))) return at;
    ((at = put(at, values)), ...);
    return at;
  }
  std::byte* uvarint(std::byte* at, std::uint64_t value) noexcept {
    return value < 0x80 ? fixed(at, static_cast<std::uint8_t>(value)) : long_uvarint(at, value);
  }
  /// An array of numbers with its length.
  template <class Number>
  std::byte* numbers(std::byte* at, const std::vector<Number>& values, bool flexible,
                     const char* field) noexcept {
    at = array_size(at, values.size(), flexible, field);
    if (!has_room(at, values.size() * sizeof(Number))) return at;
    for (const Number value : values) at = put(at, value);
    return at;
  }
  std::byte* raw(std::byte* at, BytesView bytes) noexcept;

  std::byte* string(std::byte* at, std::string_view value, bool flexible,
                    const char* field) noexcept;
  std::byte* bytes(std::byte* at, BytesView value, bool flexible, const char* field) noexcept;
  /// Null fails unless `nullable`: a field may be nullable in some versions only.
  std::byte* nullable_string(std::byte* at, const std::optional<std::string_view>& value,
                             bool flexible, bool nullable, const char* field) noexcept;
  std::byte* nullable_bytes(std::byte* at, const std::optional<BytesView>& value, bool flexible,
                            bool nullable, const char* field) noexcept;
  std::byte* records(std::byte* at, const RecordSegments& value, bool flexible, bool nullable,
                     const char* field);
  /// The length before an array of `count` elements, and that of a null one.
  std::byte* array_size(std::byte* at, std::size_t count, bool flexible,
                        const char* field) noexcept {
    return length(at, count, flexible, field);
  }
  std::byte* null_array(std::byte* at, bool flexible, bool nullable, const char* field) noexcept;
  /// The marker before a nullable struct; see Reader::struct_present.
  std::byte* struct_present(std::byte* at, bool present, bool tagged, bool nullable,
                            const char* field) noexcept;
  /// What stands before a tagged field of `size` bytes.
  std::byte* tag(std::byte* at, std::uint32_t tag, std::size_t size) noexcept {
    return uvarint(uvarint(at, tag), size);
  }

 private:
  static constexpr std::size_t max_length = 0x7FFFFFFF;

  template <class Value>
  static constexpr std::size_t fixed_size = std::is_same_v<Value, Uuid> ? 16 : sizeof(Value);

  template <class Value>
  static std::byte* put(std::byte* at, const Value& value) noexcept {
    if constexpr (std::is_same_v<Value, Uuid>) {
      store_big_endian(at, value.high());
      store_big_endian(at + 8, value.low());
    } else if constexpr (std::is_same_v<Value, double>) {
      store_big_endian(at, std::bit_cast<std::uint64_t>(value));
    } else if constexpr (std::is_same_v<Value, bool>) {
      *at = static_cast<std::byte>(value);
    } else {
      store_big_endian(at, static_cast<std::make_unsigned_t<Value>>(value));
    }
    return at + fixed_size<Value>;
  }
  /// What is reserved from `at` on.
  std::size_t left(const std::byte* at) const noexcept {
    return static_cast<std::size_t>(end_ - at);
  }
  /// False, after failing, when fewer than `count` bytes are reserved.
  bool has_room(const std::byte* at, std::size_t count) noexcept {
    if (count <= left(at)) [[likely]]
      return true;
    size_differs();
    return false;
  }
  void size_differs() noexcept;
  void fail(ErrorCode code, const char* field, const char* what) noexcept;
  /// False, after failing, when null is not allowed.
  bool null_allowed(bool nullable, const char* field) noexcept;
  /// The length before bytes, records and arrays.
  std::byte* length(std::byte* at, std::size_t value, bool flexible, const char* field) noexcept {
    if (value > max_length) {
      too_long(field);
      return at;
    }
    return flexible ? uvarint(at, value + 1) : fixed(at, static_cast<std::uint32_t>(value));
  }
  std::byte* long_uvarint(std::byte* at, std::uint64_t value) noexcept;
  void too_long(const char* field) noexcept;
  std::byte* null_length(std::byte* at, bool flexible) noexcept;

  GatherBuffer& out_;
  std::byte* cursor_ = nullptr;
  std::byte* end_ = nullptr;  // of what is reserved
  ErrorCode code_ = ErrorCode::none;
  const char* field_ = nullptr;  // of the failure
  const char* what_ = nullptr;
};

}  // namespace barnabas::wire
