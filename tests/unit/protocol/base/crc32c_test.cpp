#include "protocol/base/crc32c.hpp"

#include "protocol/base/crc32c_engines.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <random>
#include <vector>

using barnabas::BytesView;
using barnabas::crc32c;
using barnabas::crc32c_combine;
using barnabas::Crc32cLength;
namespace engines = barnabas::crc32c_engines;

namespace {

std::vector<std::byte> random_bytes(std::size_t size) {
  std::mt19937 random(static_cast<unsigned>(size) + 1);
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// The definition, bit by bit.
std::uint32_t by_definition(std::span<const std::byte> bytes) {
  std::uint32_t crc = ~0U;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
  }
  return ~crc;
}

const std::vector<std::size_t> sizes = {0,    1,    7,    8,    9,    15,   63,
                                        383,  384,  385,  511,  512,  513,  768,
                                        1000, 1024, 6143, 6144, 6145, 6528, 20000};

}  // namespace

TEST_CASE("known checksums") {
  CHECK(crc32c(BytesView("")) == 0);
  CHECK(crc32c(BytesView("123456789")) == 0xE3069283U);
  CHECK(crc32c(std::vector<std::byte>(32)) == 0x8A9136AAU);  // RFC 3720
}

TEST_CASE("every engine computes the definition at every size and alignment") {
  const std::vector<std::byte> bytes = random_bytes(20016);
  for (const std::size_t size : sizes) {
    for (std::size_t shift = 0; shift < 9; ++shift) {
      const std::span<const std::byte> part = std::span(bytes).subspan(shift, size);
      const std::uint32_t expected = by_definition(part);
      CHECK(crc32c(part) == expected);
      CHECK(~engines::portable(part, ~0U) == expected);
#if defined(__x86_64__)
      if (engines::has_sse42()) CHECK(~engines::sse42(part, ~0U) == expected);
      if (engines::has_avx512()) CHECK(~engines::avx512(part, ~0U) == expected);
#endif
    }
  }
}

TEST_CASE("a checksum continues from the one of the bytes before") {
  const std::vector<std::byte> bytes = random_bytes(7000);
  for (const std::size_t cut : {0U, 1U, 61U, 400U, 6999U, 7000U}) {
    const auto first = std::span(bytes).first(cut);
    const auto second = std::span(bytes).subspan(cut);
    CHECK(crc32c(second, crc32c(first)) == crc32c(bytes));
    CHECK(crc32c_combine(crc32c(first), crc32c(second), Crc32cLength(second.size())) ==
          crc32c(bytes));
  }
}

TEST_CASE("checksums combine over gigabytes") {
  // x has the order 2^31 - 1 modulo the polynomial: so many zero bits change nothing.
  const std::uint32_t crc = crc32c(BytesView("batch"));
  const std::uint64_t zero_bytes = (std::uint64_t{1} << 31) - 1;
  CHECK(crc32c_combine(crc, 0, Crc32cLength(zero_bytes)) == crc);
  CHECK(crc32c_combine(crc, 0, Crc32cLength(zero_bytes + 1)) ==
        crc32c_combine(crc, 0, Crc32cLength(1)));
  CHECK(crc32c_combine(crc, 0, Crc32cLength(1)) != crc);
}
