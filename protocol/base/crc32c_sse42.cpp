#include "protocol/base/crc32c_engines.hpp"

#if defined(__x86_64__)

#include <cstring>

#include <nmmintrin.h>
#include <wmmintrin.h>

namespace barnabas::crc32c_engines {
namespace {

#define BARNABAS_SSE42 __attribute__((target("sse4.2,pclmul")))

std::uint64_t load(const std::byte* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// What moves a CRC over `bytes` zero bytes when multiplied without carries and then reduced by the
// crc32 instruction: the two steps contribute the remaining x^33.
constexpr std::uint32_t shift_factor(std::size_t bytes) { return power_of_x(8 * bytes - 33); }

BARNABAS_SSE42 std::uint64_t shift(std::uint64_t crc, std::uint32_t factor) noexcept {
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(crc)),
                                               _mm_cvtsi64_si128(factor), 0);
  return _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(product)));
}

constexpr std::ptrdiff_t cache_line = 64;

// The instruction has a latency of three cycles and a throughput of one: three independent streams
// of `Block` bytes keep it busy, and are joined afterwards.
template <std::size_t Block>
BARNABAS_SSE42 std::uint64_t triple(const std::byte*& at, std::size_t& left,
                                    std::uint64_t crc) noexcept {
  while (left >= 3 * Block) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (const std::byte* const end = at + Block; at != end;) {
      // Fetched data was written by another processor. Where the next three streams will be is
      // beyond what a processor guesses by itself.
      _mm_prefetch(reinterpret_cast<const char*>(at + 3 * Block), _MM_HINT_T0);
      _mm_prefetch(reinterpret_cast<const char*>(at + 4 * Block), _MM_HINT_T0);
      _mm_prefetch(reinterpret_cast<const char*>(at + 5 * Block), _MM_HINT_T0);
      for (const std::byte* const line = at + cache_line; at != line; at += 8) {
        crc = _mm_crc32_u64(crc, load(at));
        second = _mm_crc32_u64(second, load(at + Block));
        third = _mm_crc32_u64(third, load(at + 2 * Block));
      }
    }
    constexpr std::uint32_t two_blocks = shift_factor(2 * Block);
    constexpr std::uint32_t one_block = shift_factor(Block);
    crc = shift(crc, two_blocks) ^ shift(second, one_block) ^ third;
    at += 2 * Block;
    left -= 3 * Block;
  }
  return crc;
}

}  // namespace

bool has_sse42() noexcept {
  return __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("pclmul") != 0;
}

BARNABAS_SSE42 std::uint32_t sse42(std::span<const std::byte> bytes, std::uint32_t crc) noexcept {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t wide = triple<128>(at, left, triple<2048>(at, left, crc));
  for (; left >= 8; at += 8, left -= 8) wide = _mm_crc32_u64(wide, load(at));
  crc = static_cast<std::uint32_t>(wide);
  for (; left != 0; ++at, --left) crc = _mm_crc32_u8(crc, std::to_integer<std::uint8_t>(*at));
  return crc;
}

#undef BARNABAS_SSE42

}  // namespace barnabas::crc32c_engines

#endif
