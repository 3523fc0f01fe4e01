#include "protocol/base/crc32c_engines.hpp"

#if !defined(__x86_64__) && defined(__ARM_FEATURE_CRC32)

#include <cstring>

#include <arm_acle.h>

namespace barnabas::crc32c_engines {

std::uint32_t armv8(std::span<const std::byte> bytes, std::uint32_t crc) noexcept {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    crc = __crc32cd(crc, word);
  }
  for (; left != 0; ++at, --left) crc = __crc32cb(crc, std::to_integer<std::uint8_t>(*at));
  return crc;
}

}  // namespace barnabas::crc32c_engines

#endif
