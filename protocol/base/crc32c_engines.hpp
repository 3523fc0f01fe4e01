#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// The ways to compute a CRC-32C. They differ in speed only; crc32c() picks one by the processor.
// All take and return the inverted register: crc32c(bytes) == ~engine(bytes, ~0).

namespace barnabas::crc32c_engines {

/// The polynomial in reflected form: bit 31 stands for x^0.
inline constexpr std::uint32_t polynomial = 0x82F63B78;

/// a * b modulo the polynomial.
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) noexcept {
  std::uint32_t product = 0;
  for (; a != 0; a <<= 1) {
    product ^= b & (0U - (a >> 31));
    b = (b >> 1) ^ (polynomial & (0U - (b & 1U)));
  }
  return product;
}

/// x^(2^k) for each k.
inline constexpr std::array<std::uint32_t, 64> squares_of_x = [] {
  std::array<std::uint32_t, 64> squares{};
  squares[0] = 0x40000000U;
  for (std::size_t k = 1; k < squares.size(); ++k) {
    squares[k] = multiply(squares[k - 1], squares[k - 1]);
  }
  return squares;
}();

/// x^n: what n zero bits behind a message multiply its CRC by.
constexpr std::uint32_t power_of_x(std::uint64_t n) noexcept {
  constexpr std::uint32_t one = 0x80000000U;
  std::uint32_t power = one;
  for (std::size_t k = 0; n != 0; n >>= 1, ++k) {
    if ((n & 1U) == 0) continue;
    power = power == one ? squares_of_x[k] : multiply(squares_of_x[k], power);
  }
  return power;
}

/// Eight table look-ups per eight bytes; for every processor.
std::uint32_t portable(std::span<const std::byte> bytes, std::uint32_t crc) noexcept;

#if defined(__x86_64__)
/// Whether the processor has SSE 4.2 and carry-less multiplication.
bool has_sse42() noexcept;
/// Three interleaved streams of the crc32 instruction. Requires: has_sse42().
std::uint32_t sse42(std::span<const std::byte> bytes, std::uint32_t crc) noexcept;
/// Whether the processor multiplies four times 128 bits without carries at once.
bool has_avx512() noexcept;
/// Folds 256 bytes at a time; sse42 does what is short. Requires: has_avx512().
std::uint32_t avx512(std::span<const std::byte> bytes, std::uint32_t crc) noexcept;
#elif defined(__ARM_FEATURE_CRC32)
/// The crc32c instruction, where the compiler may use it.
std::uint32_t armv8(std::span<const std::byte> bytes, std::uint32_t crc) noexcept;
#endif

}  // namespace barnabas::crc32c_engines
