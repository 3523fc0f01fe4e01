#pragma once

#include "protocol/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace barnabas::simulation {

/// What happened, as a number that two equal runs have in common, and for readers as lines.
/// Thread-safety: none.
class Trace {
 public:
  using Sink = std::function<void(std::string_view line)>;

  /// Lines go to `sink` from now on.
  void write_to(Sink sink) { sink_ = std::move(sink); }
  /// Whether lines are wanted; asked before one is put together.
  bool is_written() const noexcept { return sink_ != nullptr; }
  void line(Instant now, std::string_view who, std::string_view what);

  /// Takes part in the number.
  void mix(std::uint64_t value) noexcept {
    hash_ = (hash_ ^ value) * 0x9E3779B97F4A7C15ULL;
    hash_ ^= hash_ >> 29;
  }
  void mix(std::string_view text) noexcept;
  void mix(std::span<const std::byte> bytes) noexcept;
  std::uint64_t hash() const noexcept { return hash_; }

 private:
  Sink sink_;
  std::uint64_t hash_ = 0xB5297A4D3F84D5A7ULL;
};

}  // namespace barnabas::simulation
