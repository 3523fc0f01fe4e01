#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::test {

/// Writes one entry of a magic 0 or 1 message set. The product only reads them.
struct LegacyEntry {
  int magic = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp = -1;  // Magic 1 only.
  unsigned attributes = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;

  std::vector<std::byte> encode() const {
    std::vector<std::byte> body;
    put(body, static_cast<std::uint64_t>(magic), 1);
    put(body, attributes, 1);
    if (magic == 1) put(body, static_cast<std::uint64_t>(timestamp), 8);
    put_nullable(body, key);
    put_nullable(body, value);
    std::vector<std::byte> entry;
    put(entry, static_cast<std::uint64_t>(offset), 8);
    put(entry, body.size() + 4, 4);
    put(entry, crc32(body), 4);
    entry.insert(entry.end(), body.begin(), body.end());
    return entry;
  }

 private:
  static void put(std::vector<std::byte>& out, std::uint64_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      out.push_back(static_cast<std::byte>(value >> shift));
    }
  }
  static void put_nullable(std::vector<std::byte>& out, const std::optional<std::string>& text) {
    put(out, text ? text->size() : ~std::uint64_t{0}, 4);
    if (!text) return;
    for (const char character : *text) out.push_back(static_cast<std::byte>(character));
  }
  // IEEE, bit by bit.
  static std::uint32_t crc32(const std::vector<std::byte>& bytes) {
    std::uint32_t crc = ~0U;
    for (const std::byte byte : bytes) {
      crc ^= std::to_integer<std::uint32_t>(byte);
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return ~crc;
  }
};

}  // namespace barnabas::test
