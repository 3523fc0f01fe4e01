#include "protocol/wire/reader.hpp"

#include <string>

namespace barnabas::wire {

namespace {

constexpr const char* null_refused = "null is not allowed here";
constexpr std::size_t max_string_size = 0x7FFF;

}  // namespace

Error Reader::error() const {
  return Error(ErrorCode::malformed_message,
               std::string(field_) + " at byte " + std::to_string(failed_at_) + ": " + what_);
}

void Reader::fail(const char* field, const char* what) noexcept {
  if (!ok()) return;
  field_ = field;
  what_ = what;
  failed_at_ = offset();
  cursor_ = end_;
}

std::uint32_t Reader::long_uvarint(const char* field) noexcept {
  std::uint32_t value = 0;
  const std::size_t size = read_uvarint(rest().span(), value);
  if (size == 0) {
    fail(field, remaining() < max_varint_size ? "the message ends inside a varint"
                                              : "a varint does not fit 32 bits");
    return 0;
  }
  cursor_ += size;
  return value;
}

BytesView Reader::raw(std::size_t count, const char* field) noexcept { return take(count, field); }

std::string_view Reader::string(bool flexible, const char* field) noexcept {
  const std::optional<std::size_t> length = short_length(flexible, field);
  if (!length) fail(field, null_refused);
  return take(length, field).text();
}

std::optional<std::string_view> Reader::nullable_string(bool flexible, bool nullable,
                                                        const char* field) noexcept {
  const std::optional<std::size_t> length = short_length(flexible, field);
  if (length) return take(length, field).text();
  if (!nullable) fail(field, null_refused);
  return std::nullopt;
}

BytesView Reader::bytes(bool flexible, const char* field) noexcept {
  const std::optional<std::size_t> length = long_length(flexible, field);
  if (!length) fail(field, null_refused);
  return take(length, field);
}

std::optional<BytesView> Reader::nullable_bytes(bool flexible, bool nullable,
                                                const char* field) noexcept {
  const std::optional<std::size_t> length = long_length(flexible, field);
  if (length) return take(length, field);
  if (!nullable) fail(field, null_refused);
  return std::nullopt;
}

RecordSegments Reader::records(bool flexible, bool nullable, const char* field) noexcept {
  const std::optional<BytesView> bytes = nullable_bytes(flexible, nullable, field);
  return bytes ? RecordSegments(*bytes) : RecordSegments();
}

bool Reader::struct_present(bool tagged, bool nullable, const char* field) noexcept {
  const bool present = tagged ? uvarint(field) != 0 : int8(field) >= 0;
  if (!present && !nullable) fail(field, null_refused);
  return present;
}

std::size_t Reader::array_size(bool flexible, std::size_t min_encoded_size, std::size_t memory_size,
                               const char* field) noexcept {
  return nullable_array_size(flexible, false, min_encoded_size, memory_size, field).value_or(0);
}

std::optional<std::size_t> Reader::nullable_array_size(bool flexible, bool nullable,
                                                       std::size_t min_encoded_size,
                                                       std::size_t memory_size,
                                                       const char* field) noexcept {
  const std::optional<std::size_t> count = long_length(flexible, field);
  if (!count) {
    if (!nullable) fail(field, null_refused);
    return std::nullopt;
  }
  // A count fits in 32 bits, so the products do in 64.
  const std::uint64_t elements = *count;
  if (elements * min_encoded_size > remaining()) {
    fail(field, "the message is too short for so many elements");
    return 0;
  }
  if (elements * memory_size > memory_left_) {
    fail(field, "its elements would take too much memory");
    return 0;
  }
  memory_left_ -= *count * memory_size;
  return count;
}

std::optional<std::size_t> Reader::short_length(bool flexible, const char* field) noexcept {
  std::optional<std::size_t> length;
  if (flexible) {
    length = compact_length(field);
  } else if (const std::int16_t value = int16(field); value >= 0) {
    length = static_cast<std::size_t>(value);
  }
  if (length && *length > max_string_size) {
    fail(field, "a string is longer than 32767 bytes");
    return 0;
  }
  return length;
}

std::optional<std::size_t> Reader::long_length(bool flexible, const char* field) noexcept {
  if (flexible) return compact_length(field);
  const std::int32_t value = int32(field);
  if (value < 0) return std::nullopt;
  return static_cast<std::size_t>(value);
}

std::optional<std::size_t> Reader::compact_length(const char* field) noexcept {
  const std::uint32_t value = uvarint(field);
  if (value == 0) return std::nullopt;
  return value - 1;
}

BytesView Reader::take(std::optional<std::size_t> length, const char* field) noexcept {
  if (!length) return {};
  if (*length > remaining()) {
    fail(field, "the message is shorter than its length says");
    return {};
  }
  const BytesView view(cursor_, *length);
  cursor_ += *length;
  return view;
}

}  // namespace barnabas::wire
