#include "client/src/core/producer/key_hash.hpp"

#include <array>
#include <cstddef>

namespace barnabas::client {

namespace {

std::uint32_t byte_at(BytesView bytes, std::size_t index) noexcept {
  return std::to_integer<std::uint32_t>(bytes.data()[index]);
}

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
    table[byte] = crc;
  }
  return table;
}

}  // namespace

std::uint32_t murmur2(BytesView key) noexcept {
  constexpr std::uint32_t seed = 0x9747b28c;
  constexpr std::uint32_t m = 0x5bd1e995;
  std::uint32_t hash = seed ^ static_cast<std::uint32_t>(key.size());
  const std::size_t whole = key.size() / 4 * 4;
  for (std::size_t i = 0; i < whole; i += 4) {
    std::uint32_t word = byte_at(key, i) | byte_at(key, i + 1) << 8 | byte_at(key, i + 2) << 16 |
                         byte_at(key, i + 3) << 24;
    word *= m;
    word ^= word >> 24;
    word *= m;
    hash *= m;
    hash ^= word;
  }
  const std::size_t rest = key.size() - whole;
  if (rest == 3) hash ^= byte_at(key, whole + 2) << 16;
  if (rest >= 2) hash ^= byte_at(key, whole + 1) << 8;
  if (rest >= 1) {
    hash ^= byte_at(key, whole);
    hash *= m;
  }
  hash ^= hash >> 13;
  hash *= m;
  hash ^= hash >> 15;
  return hash;
}

std::uint32_t crc32_ieee(BytesView key) noexcept {
  static constexpr std::array<std::uint32_t, 256> table = make_crc_table();
  std::uint32_t crc = 0xFFFFFFFF;
  for (std::size_t i = 0; i < key.size(); ++i) {
    crc = (crc >> 8) ^ table[(crc ^ byte_at(key, i)) & 0xFF];
  }
  return ~crc;
}

std::uint32_t fnv1a_magnitude(BytesView key) noexcept {
  std::uint32_t hash = 0x811C9DC5;
  for (std::size_t i = 0; i < key.size(); ++i) hash = (hash ^ byte_at(key, i)) * 0x01000193;
  const bool negative = (hash & 0x80000000) != 0;
  return negative ? ~hash + 1 : hash;
}

}  // namespace barnabas::client
