#include "protocol/wire/writer.hpp"

#include <cstring>
#include <string>

namespace barnabas::wire {

namespace {

constexpr std::size_t max_string_size = 0x7FFF;

}  // namespace

void Writer::reserve(const EncodedSize& size) {
  if (size.owned <= left_) return;
  const std::size_t written = out_.owned_size() - left_;
  out_.extend(size.owned - left_);
  cursor_ = out_.owned().data() + written;
  left_ = size.owned;
}

bool Writer::complete() noexcept {
  if (left_ != 0) size_differs();
  return ok();
}

Error Writer::error() const { return Error(code_, std::string(field_) + ": " + what_); }

void Writer::fail_absent(const char* field) noexcept {
  fail(ErrorCode::unsupported_version, field, "this version cannot carry it");
}

void Writer::long_uvarint(std::uint64_t value) noexcept {
  if (std::byte* at = take(uvarint_size(value))) write_uvarint(at, value);
}

void Writer::raw(BytesView bytes) noexcept {
  if (bytes.empty()) return;
  if (std::byte* at = take(bytes.size())) std::memcpy(at, bytes.data(), bytes.size());
}

void Writer::string(std::string_view value, bool flexible, const char* field) noexcept {
  if (value.size() > max_string_size) {
    fail(ErrorCode::invalid_argument, field, "a string is longer than 32767 bytes");
    return;
  }
  if (flexible) {
    uvarint(value.size() + 1);
  } else {
    uint16(static_cast<std::uint16_t>(value.size()));
  }
  raw(value);
}

void Writer::bytes(BytesView value, bool flexible, const char* field) noexcept {
  length(value.size(), flexible, field);
  raw(value);
}

void Writer::nullable_string(const std::optional<std::string_view>& value, bool flexible,
                             bool nullable, const char* field) noexcept {
  if (value) {
    string(*value, flexible, field);
  } else if (null_allowed(nullable, field)) {
    if (flexible) {
      uvarint(0);
    } else {
      int16(-1);
    }
  }
}

void Writer::nullable_bytes(const std::optional<BytesView>& value, bool flexible, bool nullable,
                            const char* field) noexcept {
  if (value) {
    bytes(*value, flexible, field);
  } else if (null_allowed(nullable, field)) {
    null_length(flexible);
  }
}

void Writer::records(const RecordSegments& value, bool flexible, bool nullable, const char* field) {
  if (value.is_null()) {
    if (null_allowed(nullable, field)) null_length(flexible);
    return;
  }
  length(value.size(), flexible, field);
  if (!ok()) return;
  for (const BytesView& segment : value.segments()) {
    out_.borrow_at(out_.owned_size() - left_, segment);
  }
}

void Writer::null_array(bool flexible, bool nullable, const char* field) noexcept {
  if (null_allowed(nullable, field)) null_length(flexible);
}

void Writer::struct_present(bool present, bool tagged, bool nullable, const char* field) noexcept {
  if (!present && !null_allowed(nullable, field)) return;
  if (tagged) {
    uvarint(present ? 1 : 0);
  } else {
    int8(present ? 1 : -1);
  }
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

void Writer::null_length(bool flexible) noexcept {
  if (flexible) {
    uvarint(0);
  } else {
    int32(-1);
  }
}

}  // namespace barnabas::wire
