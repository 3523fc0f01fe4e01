#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace barnabas::bench {

/// A value of `size` bytes that compresses about as well as text does: words drawn from few, the
/// same in every run.
inline std::string payload(std::size_t size) {
  static constexpr const char* words[] = {"order ",  "price ", "quantity ", "customer ",
                                          "street ", "total ", "currency ", "delivery "};
  std::string text;
  std::uint64_t random = 88172645463325252ULL;
  while (text.size() < size) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    text += random % 3 == 0 ? std::to_string(random % 100'000) + " " : words[random % 8];
  }
  text.resize(size);
  return text;
}

}  // namespace barnabas::bench
