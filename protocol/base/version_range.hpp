#pragma once

#include <cstdint>
#include <limits>

namespace barnabas {

/// Versions of a message, both ends included.
struct VersionRange {
  std::int16_t min = 0;
  std::int16_t max = 0;

  constexpr bool contains(std::int16_t version) const noexcept {
    return min <= version && version <= max;
  }
  friend bool operator==(const VersionRange&, const VersionRange&) = default;
};

/// The "first flexible version" of a message that has none.
inline constexpr std::int16_t never_flexible = std::numeric_limits<std::int16_t>::max();

}  // namespace barnabas
