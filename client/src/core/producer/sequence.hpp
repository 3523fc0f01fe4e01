#pragma once

#include <cstdint>

namespace barnabas::client {

/// The sequence `records` records after `sequence`: they go from INT32_MAX to 0.
constexpr std::int32_t sequence_after(std::int32_t sequence, std::uint32_t records) noexcept {
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(sequence) + records) & 0x7fffffffU);
}

/// Whether `sequence` comes after `other`, when they are less than 2^30 records apart.
constexpr bool is_after(std::int32_t sequence, std::int32_t other) noexcept {
  const std::uint32_t ahead =
      (static_cast<std::uint32_t>(sequence) - static_cast<std::uint32_t>(other)) & 0x7fffffffU;
  return ahead != 0 && ahead < 0x40000000U;
}

}  // namespace barnabas::client
