#include "protocol/base/crc32c.hpp"

#include "protocol/base/crc32c_engines.hpp"

namespace barnabas {
namespace {

using Engine = std::uint32_t (*)(std::span<const std::byte>, std::uint32_t) noexcept;

Engine choose_engine() noexcept {
#if defined(__x86_64__)
  if (crc32c_engines::has_avx512()) return crc32c_engines::avx512;
  return crc32c_engines::has_sse42() ? crc32c_engines::sse42 : crc32c_engines::portable;
#elif defined(__ARM_FEATURE_CRC32)
  return crc32c_engines::armv8;
#else
  return crc32c_engines::portable;
#endif
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t seed) noexcept {
  static const Engine engine = choose_engine();
  return ~engine(bytes, ~seed);
}

Crc32cLength::Crc32cLength(std::uint64_t bytes) noexcept
    : factor_(crc32c_engines::power_of_x(8 * bytes)) {}

std::uint32_t crc32c_combine(std::uint32_t first, std::uint32_t second,
                             Crc32cLength second_size) noexcept {
  return crc32c_engines::multiply(second_size.factor(), first) ^ second;
}

}  // namespace barnabas
