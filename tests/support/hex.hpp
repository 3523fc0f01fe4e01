#pragma once

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// Bytes of hexadecimal text; spaces are skipped.
inline std::vector<std::byte> from_hex(std::string_view text) {
  std::vector<std::byte> bytes;
  bool high = true;
  for (const char c : text) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high) {
      bytes.push_back(static_cast<std::byte>(digit << 4));
    } else {
      bytes.back() |= static_cast<std::byte>(digit);
    }
    high = !high;
  }
  return bytes;
}

/// Lower-case hexadecimal text without spaces.
inline std::string to_hex(BytesView bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4];
    text += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 0xF];
  }
  return text;
}

}  // namespace barnabas::test
