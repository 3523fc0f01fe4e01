#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Integers in network order at any alignment.

namespace barnabas::wire {

namespace detail {

constexpr std::uint8_t swap_bytes(std::uint8_t value) noexcept { return value; }
constexpr std::uint16_t swap_bytes(std::uint16_t value) noexcept {
  return __builtin_bswap16(value);
}
constexpr std::uint32_t swap_bytes(std::uint32_t value) noexcept {
  return __builtin_bswap32(value);
}
constexpr std::uint64_t swap_bytes(std::uint64_t value) noexcept {
  return __builtin_bswap64(value);
}

template <class Unsigned>
constexpr Unsigned to_or_from_big_endian(Unsigned value) noexcept {
  return std::endian::native == std::endian::big ? value : swap_bytes(value);
}

}  // namespace detail

/// Reads an unsigned integer from `at`, which holds sizeof(Unsigned) bytes.
template <class Unsigned>
Unsigned load_big_endian(const std::byte* at) noexcept {
  Unsigned value;
  std::memcpy(&value, at, sizeof value);
  return detail::to_or_from_big_endian(value);
}

/// Writes an unsigned integer to `at`, which has room for it.
template <class Unsigned>
void store_big_endian(std::byte* at, Unsigned value) noexcept {
  value = detail::to_or_from_big_endian(value);
  std::memcpy(at, &value, sizeof value);
}

}  // namespace barnabas::wire
