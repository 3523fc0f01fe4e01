#include "protocol/wire/record_segments.hpp"

#include <algorithm>
#include <cstring>

namespace barnabas::wire {

bool RecordSegments::same_bytes(const RecordSegments& other) const noexcept {
  if (size() != other.size()) return false;
  const std::span<const BytesView> left = segments();
  const std::span<const BytesView> right = other.segments();
  std::size_t i = 0;
  std::size_t j = 0;
  std::size_t left_at = 0;
  std::size_t right_at = 0;
  while (i < left.size()) {
    const std::size_t count = std::min(left[i].size() - left_at, right[j].size() - right_at);
    if (std::memcmp(left[i].data() + left_at, right[j].data() + right_at, count) != 0) return false;
    left_at += count;
    right_at += count;
    if (left_at == left[i].size()) {
      ++i;
      left_at = 0;
    }
    if (right_at == right[j].size()) {
      ++j;
      right_at = 0;
    }
  }
  return true;
}

}  // namespace barnabas::wire
