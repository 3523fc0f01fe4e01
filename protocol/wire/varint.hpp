#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

// Kafka's variable-length integers: base-128 groups, least significant group first. Signed ones
// (inside records) are zigzag coded first. Values fit in at most 5 bytes (32 bits) or 10 (64 bits).

namespace barnabas::wire {

inline constexpr std::size_t max_varint_size = 5;
inline constexpr std::size_t max_varlong_size = 10;

constexpr std::uint32_t zigzag_encode(std::int32_t value) noexcept {
  return (static_cast<std::uint32_t>(value) << 1) ^ static_cast<std::uint32_t>(value >> 31);
}
constexpr std::uint64_t zigzag_encode(std::int64_t value) noexcept {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int32_t zigzag_decode(std::uint32_t value) noexcept {
  return static_cast<std::int32_t>((value >> 1) ^ (~(value & 1U) + 1U));
}
constexpr std::int64_t zigzag_decode(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1U) + 1U));
}

/// How many bytes `write_uvarint` writes: 1 to 5, or 1 to 10 for large 64-bit values.
constexpr std::size_t uvarint_size(std::uint64_t value) noexcept {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  // bits / 7 rounded up, without a division: exact for 1 to 64 bits.
  return (static_cast<std::size_t>(std::bit_width(value | 1U)) * 9 + 64) >> 6;
}
/// How many bytes a zigzag varint or varlong takes.
constexpr std::size_t varint_size(std::int64_t value) noexcept {
  return uvarint_size(zigzag_encode(value));
}

/// Writes `value` at `out`, which has room for it, and returns the end of what was written.
inline std::byte* write_uvarint(std::byte* out, std::uint64_t value) noexcept {
  // Most numbers have one or two bytes.
  if (value < 0x80) {
    *out = static_cast<std::byte>(value);
    return out + 1;
  }
  if (value < 0x4000) {
    out[0] = static_cast<std::byte>(value | 0x80);
    out[1] = static_cast<std::byte>(value >> 7);
    return out + 2;
  }
  while (value >= 0x80) {
    *out++ = static_cast<std::byte>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::byte>(value);
  return out;
}
/// The zigzag form. A 32-bit value takes the same bytes as a varint and as a varlong.
inline std::byte* write_varint(std::byte* out, std::int64_t value) noexcept {
  return write_uvarint(out, zigzag_encode(value));
}

/// Reads an unsigned varint from the front of `in`. Returns the bytes it took, or 0 when `in` ends
/// inside it or it does not fit 32 bits (longer than 5 bytes, or bits above the 32nd).
/// `value` is written only on success.
inline std::size_t read_uvarint(std::span<const std::byte> in, std::uint32_t& value) noexcept {
  std::uint32_t result = 0;
  for (std::size_t i = 0; i < in.size() && i < max_varint_size; ++i) {
    const auto byte = std::to_integer<std::uint32_t>(in[i]);
    if (i == max_varint_size - 1 && byte > 0x0F) return 0;
    result |= (byte & 0x7FU) << (7 * i);
    if (byte < 0x80) {
      value = result;
      return i + 1;
    }
  }
  return 0;
}
/// The same for 64 bits and at most 10 bytes.
inline std::size_t read_uvarlong(std::span<const std::byte> in, std::uint64_t& value) noexcept {
  std::uint64_t result = 0;
  for (std::size_t i = 0; i < in.size() && i < max_varlong_size; ++i) {
    const auto byte = std::to_integer<std::uint64_t>(in[i]);
    if (i == max_varlong_size - 1 && byte > 0x01) return 0;
    result |= (byte & 0x7FU) << (7 * i);
    if (byte < 0x80) {
      value = result;
      return i + 1;
    }
  }
  return 0;
}
/// Zigzag forms of the above.
inline std::size_t read_varint(std::span<const std::byte> in, std::int32_t& value) noexcept {
  std::uint32_t raw = 0;
  const std::size_t size = read_uvarint(in, raw);
  if (size != 0) value = zigzag_decode(raw);
  return size;
}
inline std::size_t read_varlong(std::span<const std::byte> in, std::int64_t& value) noexcept {
  std::uint64_t raw = 0;
  const std::size_t size = read_uvarlong(in, raw);
  if (size != 0) value = zigzag_decode(raw);
  return size;
}

}  // namespace barnabas::wire
