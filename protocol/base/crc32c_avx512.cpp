#include "protocol/base/crc32c_engines.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace barnabas::crc32c_engines {
namespace {

#define BARNABAS_AVX512 __attribute__((target("avx512f,vpclmulqdq,sse4.2,pclmul")))

constexpr std::size_t lane = 16;
constexpr std::size_t vector = 4 * lane;
constexpr std::size_t block = 4 * vector;

// Registers hold polynomials as the message does: of each 128 bits the lowest stands for x^127.
// Multiplied without carries, two words in this order give a product that is one power of x too
// high, and a factor whose 32 bits are the low half of a word is 32 too high. Hence 33.
constexpr long long factor(std::size_t bits) { return power_of_x(bits - 33); }

// What has the halves of 128 bits count as if they lay `Bytes` further on.
template <std::size_t Bytes>
constexpr long long first_half = factor(8 * Bytes + 64);
template <std::size_t Bytes>
constexpr long long second_half = factor(8 * Bytes);

template <std::size_t Bytes>
BARNABAS_AVX512 __m512i fold(__m512i value, __m512i onto) noexcept {
  constexpr long long low = first_half<Bytes>;
  constexpr long long high = second_half<Bytes>;
  const __m512i factors = _mm512_set_epi64(high, low, high, low, high, low, high, low);
  const __m512i first = _mm512_clmulepi64_epi128(value, factors, 0x00);
  const __m512i second = _mm512_clmulepi64_epi128(value, factors, 0x11);
  constexpr int exclusive_or_of_three = 0x96;
  return _mm512_ternarylogic_epi64(first, second, onto, exclusive_or_of_three);
}

template <std::size_t Bytes>
BARNABAS_AVX512 __m128i fold(__m128i value, __m128i onto) noexcept {
  const __m128i factors = _mm_set_epi64x(second_half<Bytes>, first_half<Bytes>);
  return _mm_xor_si128(onto, _mm_xor_si128(_mm_clmulepi64_si128(value, factors, 0x00),
                                           _mm_clmulepi64_si128(value, factors, 0x11)));
}

BARNABAS_AVX512 __m512i load(const std::byte* at) noexcept { return _mm512_loadu_si512(at); }

}  // namespace

bool has_avx512() noexcept {
  return has_sse42() && __builtin_cpu_supports("avx512f") != 0 &&
         __builtin_cpu_supports("vpclmulqdq") != 0;
}

BARNABAS_AVX512 std::uint32_t avx512(std::span<const std::byte> bytes, std::uint32_t crc) noexcept {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  if (left < 2 * block) return sse42(bytes, crc);
  __m512i a =
      _mm512_xor_si512(load(at), _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(crc))));
  __m512i b = load(at + vector);
  __m512i c = load(at + 2 * vector);
  __m512i d = load(at + 3 * vector);
  for (at += block, left -= block; left >= block; at += block, left -= block) {
    // Fetched data was written by another processor.
    constexpr std::size_t ahead = 4096;
    for (std::size_t line = 0; line < block; line += vector) {
      _mm_prefetch(reinterpret_cast<const char*>(at + ahead + line), _MM_HINT_T0);
    }
    a = fold<block>(a, load(at));
    b = fold<block>(b, load(at + vector));
    c = fold<block>(c, load(at + 2 * vector));
    d = fold<block>(d, load(at + 3 * vector));
  }
  const __m512i last = fold<3 * vector>(a, fold<2 * vector>(b, fold<vector>(c, d)));
  alignas(vector) __m128i lanes[4];
  _mm512_store_si512(lanes, last);
  const __m128i joined =
      fold<3 * lane>(lanes[0], fold<2 * lane>(lanes[1], fold<lane>(lanes[2], lanes[3])));
  std::uint64_t wide = _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(joined)));
  wide = _mm_crc32_u64(wide, static_cast<std::uint64_t>(_mm_extract_epi64(joined, 1)));
  return sse42({at, left}, static_cast<std::uint32_t>(wide));
}

#undef BARNABAS_AVX512

}  // namespace barnabas::crc32c_engines

#endif
