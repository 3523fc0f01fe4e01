#include "protocol/wire/writer.hpp"

#include <cstring>
#include <string>

namespace barnabas::wire {

namespace {

constexpr std::size_t max_string_size = 0x7FFF;

}  // namespace

void Writer::reserve(const EncodedSize& size) {
  const std::size_t left_now = left(cursor_);
  if (size.owned <= left_now) return;
  const std::size_t written = out_.owned_size() - left_now;
  out_.extend(size.owned - left_now);
  cursor_ = out_.owned().data() + written;
  end_ = cursor_ + size.owned;
}

bool Writer::complete() noexcept {
  if (cursor_ != end_) size_differs();
  return ok();
}

Error Writer::error() const { return Error(code_, std::string(field_) + ": " + what_); }

void Writer::fail_absent(const char* field) noexcept {
  fail(ErrorCode::unsupported_version, field, "this version cannot carry it");
}

std::byte* Writer::long_uvarint(std::byte* at, std::uint64_t value) noexcept {
  return has_room(at, uvarint_size(value)) ? write_uvarint(at, value) : at;
}

std::byte* Writer::raw(std::byte* at, BytesView bytes) noexcept {
  if (bytes.empty() || !has_room(at, bytes.size())) return at;
  std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

std::byte* Writer::string(std::byte* at, std::string_view value, bool flexible,
                          const char* field) noexcept {
  if (value.size() > max_string_size) {
    fail(ErrorCode::invalid_argument, field, "a string is longer than 32767 bytes");
    return at;
  }
  at = flexible ? uvarint(at, value.size() + 1)
                : fixed(at, static_cast<std::uint16_t>(value.size()));
  return raw(at, value);
}

std::byte* Writer::bytes(std::byte* at, BytesView value, bool flexible,
                         const char* field) noexcept {
  return raw(length(at, value.size(), flexible, field), value);
}

std::byte* Writer::nullable_string(std::byte* at, const std::optional<std::string_view>& value,
                                   bool flexible, bool nullable, const char* field) noexcept {
  if (value) return string(at, *value, flexible, field);
  if (!null_allowed(nullable, field)) return at;
  return flexible ? uvarint(at, 0) : fixed(at, std::int16_t{-1});
}

std::byte* Writer::nullable_bytes(std::byte* at, const std::optional<BytesView>& value,
                                  bool flexible, bool nullable, const char* field) noexcept {
  if (value) return bytes(at, *value, flexible, field);
  return null_allowed(nullable, field) ? null_length(at, flexible) : at;
}

std::byte* Writer::records(std::byte* at, const RecordSegments& value, bool flexible, bool nullable,
                           const char* field) {
  if (value.is_null()) return null_allowed(nullable, field) ? null_length(at, flexible) : at;
  at = length(at, value.size(), flexible, field);
  if (!ok()) return at;
  if (const FileRange* range = value.range()) {
    out_.borrow_at(out_.owned_size() - left(at), *range);
  }
  for (const BytesView& segment : value.segments()) {
    out_.borrow_at(out_.owned_size() - left(at), segment);
  }
  return at;
}

std::byte* Writer::null_array(std::byte* at, bool flexible, bool nullable,
                              const char* field) noexcept {
  return null_allowed(nullable, field) ? null_length(at, flexible) : at;
}

std::byte* Writer::struct_present(std::byte* at, bool present, bool tagged, bool nullable,
                                  const char* field) noexcept {
  if (!present && !null_allowed(nullable, field)) return at;
  return tagged ? uvarint(at, present ? 1 : 0)
                : fixed(at, static_cast<std::int8_t>(present ? 1 : -1));
}

void Writer::size_differs() noexcept {
  fail(ErrorCode::invalid_state, "message", "its encoded size differs from what was reserved");
}

void Writer::fail(ErrorCode code, const char* field, const char* what) noexcept {
  if (!ok()) return;
  code_ = code;
  field_ = field;
  what_ = what;
}

bool Writer::null_allowed(bool nullable, const char* field) noexcept {
  if (!nullable) fail(ErrorCode::unsupported_version, field, "null is not allowed in this version");
  return nullable;
}

void Writer::too_long(const char* field) noexcept {
  fail(ErrorCode::invalid_argument, field, "it is longer than 2147483647");
}

std::byte* Writer::null_length(std::byte* at, bool flexible) noexcept {
  return flexible ? uvarint(at, 0) : fixed(at, std::int32_t{-1});
}

}  // namespace barnabas::wire
