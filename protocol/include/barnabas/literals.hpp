#pragma once

#include <cstdint>

namespace barnabas {
inline namespace literals {

/// Sizes in bytes: `64_MiB`. For use by `using namespace barnabas::literals;`.
constexpr std::int64_t operator""_KiB(unsigned long long count) {
  return static_cast<std::int64_t>(count << 10U);
}
constexpr std::int64_t operator""_MiB(unsigned long long count) {
  return static_cast<std::int64_t>(count << 20U);
}
constexpr std::int64_t operator""_GiB(unsigned long long count) {
  return static_cast<std::int64_t>(count << 30U);
}

}  // namespace literals
}  // namespace barnabas
