#pragma once

#include <barnabas/uuid.hpp>

#include <cstdint>

namespace barnabas {

/// A small seeded generator (SplitMix64): the only source of chance that cores use, so that a seed
/// reproduces a run on every compiler. Not for secrets.
/// Thread-safety: none.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) noexcept : state_(seed) {}

  constexpr std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound). Requires: bound > 0.
  constexpr std::uint64_t below(std::uint64_t bound) noexcept {
    // Rejection keeps it exactly uniform; at most one retry is likely for any bound.
    const std::uint64_t limit = (0 - bound) % bound;
    for (;;) {
      const std::uint64_t value = next();
      if (value >= limit) return value % bound;
    }
  }

  /// Uniform in [0, 1).
  constexpr double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// A version 4 UUID.
  Uuid uuid() noexcept {
    const std::uint64_t high = (next() & ~0xF000ULL) | 0x4000ULL;
    const std::uint64_t low = (next() & ~(0xC0ULL << 56)) | (0x80ULL << 56);
    return Uuid(high, low);
  }

 private:
  std::uint64_t state_;
};

}  // namespace barnabas
