#pragma once

#include <cstddef>
#include <span>

namespace barnabas::compression {

/// Segments that form one run of bytes.
using Segments = std::span<const std::span<const std::byte>>;

inline std::size_t total_size(Segments segments) noexcept {
  std::size_t size = 0;
  for (const std::span<const std::byte> segment : segments) size += segment.size();
  return size;
}

}  // namespace barnabas::compression
