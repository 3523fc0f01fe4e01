#include "client/src/core/producer/key_hash.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

using namespace barnabas;
using namespace barnabas::client;

TEST_CASE("key hash: murmur2 is Java's") {
  const std::pair<std::string_view, std::int32_t> vectors[] = {
      {"21", -973932308},
      {"foobar", -790332482},
      {"a-little-bit-long-string", -985981536},
      {"a-little-bit-longer-string", -1486304829},
      {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
      {"abc", 479470107},
  };
  for (const auto& each : vectors) {
    const auto& key = each.first;
    const auto& hash = each.second;
    CAPTURE(key);
    CHECK(static_cast<std::int32_t>(murmur2(BytesView(key))) == hash);
  }
  CHECK(murmur2(BytesView()) == 0x106e08d9);
  CHECK(murmur2(BytesView(std::string_view("kafka"))) == 0xd067cf64);
}

TEST_CASE("key hash: bytes above 127 are unsigned") {
  const std::string key("\xff\x80\xfe", 3);
  // (0xff | 0x80 << 8 | 0xfe << 16) into the tail of murmur2 of length 3.
  std::uint32_t hash = 0x9747b28cU ^ 3U;
  hash ^= 0xfeU << 16;
  hash ^= 0x80U << 8;
  hash ^= 0xffU;
  hash *= 0x5bd1e995U;
  hash ^= hash >> 13;
  hash *= 0x5bd1e995U;
  hash ^= hash >> 15;
  CHECK(murmur2(BytesView(key)) == hash);
}

TEST_CASE("key hash: CRC-32 is zlib's") {
  CHECK(crc32_ieee(BytesView(std::string_view("123456789"))) == 0xCBF43926);
  CHECK(crc32_ieee(BytesView(std::string_view("The quick brown fox jumps over the lazy dog"))) ==
        0x414FA339);
  CHECK(crc32_ieee(BytesView()) == 0);
}

TEST_CASE("key hash: FNV-1a is librdkafka's") {
  const std::pair<std::string_view, std::uint32_t> vectors[] = {
      {"kafka", 0xd33c4e1}, {"giberish123456789", 0x77a58295},
      {"1234", 0x23bdd03},  {"234", 0x2dea3cd2},
      {"34", 0x740fa83e},   {"4", 0x310ca263},
  };
  for (const auto& each : vectors) {
    const auto& key = each.first;
    const auto& hash = each.second;
    CAPTURE(key);
    CHECK(fnv1a_magnitude(BytesView(key)) == hash);
  }
  CHECK(fnv1a_magnitude(BytesView()) == 0x7ee3623b);
}
