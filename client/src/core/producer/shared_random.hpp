#pragma once

#include "protocol/base/random.hpp"

#include <atomic>
#include <cstdint>

namespace barnabas::client {

/// A Random that several threads may draw from, without a lock.
class SharedRandom {
 public:
  explicit SharedRandom(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    // An odd step visits every state once; Random mixes it.
    return Random(state_.fetch_add(0x9E3779B97F4A7C15ULL, std::memory_order_relaxed)).next();
  }
  /// In [0, bound), uniform but for one part in 2^32. Requires: 0 < bound < 2^32.
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }

 private:
  std::atomic<std::uint64_t> state_;
};

}  // namespace barnabas::client
