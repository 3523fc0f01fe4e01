#pragma once

#include "protocol/wire/varint.hpp"

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <cstdint>

namespace barnabas::records {

/// Reads forward through bytes and never past their end. A failed read returns false and leaves the
/// cursor where it was.
class ByteCursor {
 public:
  ByteCursor() = default;
  ByteCursor(const std::byte* at, const std::byte* end) noexcept : at_(at), end_(end) {}
  explicit ByteCursor(BytesView bytes) noexcept : at_(bytes.begin()), end_(bytes.end()) {}

  const std::byte* position() const noexcept { return at_; }
  std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  bool at_end() const noexcept { return at_ == end_; }
  BytesView rest() const noexcept { return {at_, left()}; }

  bool skip(std::size_t count) noexcept {
    if (count > left()) return false;
    at_ += count;
    return true;
  }
  bool read_bytes(std::size_t count, BytesView& bytes) noexcept {
    if (count > left()) return false;
    bytes = {at_, count};
    at_ += count;
    return true;
  }
  /// Makes `part` a cursor over the next `count` bytes and goes behind them.
  bool split(std::size_t count, ByteCursor& part) noexcept {
    if (count > left()) return false;
    part = {at_, at_ + count};
    at_ += count;
    return true;
  }
  bool read_varint(std::int32_t& value) noexcept {
    // Most numbers in records are below 64.
    if (at_ != end_ && std::to_integer<std::uint8_t>(*at_) < 0x80) {
      value = wire::zigzag_decode(std::to_integer<std::uint32_t>(*at_++));
      return true;
    }
    const std::size_t size = wire::read_varint({at_, left()}, value);
    at_ += size;
    return size != 0;
  }
  bool read_varlong(std::int64_t& value) noexcept {
    if (at_ != end_ && std::to_integer<std::uint8_t>(*at_) < 0x80) {
      value = wire::zigzag_decode(std::to_integer<std::uint64_t>(*at_++));
      return true;
    }
    const std::size_t size = wire::read_varlong({at_, left()}, value);
    at_ += size;
    return size != 0;
  }

 private:
  const std::byte* at_ = nullptr;
  const std::byte* end_ = nullptr;
};

}  // namespace barnabas::records
