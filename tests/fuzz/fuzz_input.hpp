#pragma once

#include <barnabas/bytes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace barnabas::fuzz {

/// Takes the bytes of a fuzzer's input apart. What is not there any more reads as zero.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(std::as_bytes(std::span(data, size))) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(number(1)); }
  bool flag() { return (byte() & 1U) != 0; }
  /// Big-endian, of `size` bytes.
  std::uint64_t number(int size) {
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i) {
      value <<= 8;
      if (rest_.empty()) continue;
      value |= std::to_integer<std::uint64_t>(rest_.front());
      rest_ = rest_.subspan(1);
    }
    return value;
  }
  BytesView bytes(std::size_t count) {
    const BytesView taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  BytesView rest() { return bytes(rest_.size()); }

 private:
  std::span<const std::byte> rest_;
};

/// Ends the run as a crash when what must hold does not.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

}  // namespace barnabas::fuzz
