#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace barnabas::test {

/// Bytes that do not compress.
inline std::vector<std::byte> random_bytes(std::size_t size, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

/// The same as a string, for sockets and files.
inline std::string random_text(std::size_t size, std::uint32_t seed = 1) {
  std::minstd_rand random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random() >> 16);
  return text;
}

/// Text that compresses about as well as JSON does.
inline std::vector<std::byte> json_like_bytes(std::size_t size, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes;
  bytes.reserve(size + 100);
  while (bytes.size() < size) {
    const std::string text = R"({"order":)" + std::to_string(random() % 1000000) +
                             R"(,"customer":"customer-)" + std::to_string(random() % 5000) +
                             R"(","amount":)" + std::to_string(random() % 100000) + "}\n";
    for (const char character : text) bytes.push_back(static_cast<std::byte>(character));
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace barnabas::test
