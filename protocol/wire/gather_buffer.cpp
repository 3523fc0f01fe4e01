#include "protocol/wire/gather_buffer.hpp"

namespace barnabas::wire {

std::vector<std::byte> GatherBuffer::flatten() const {
  std::vector<std::byte> all;
  all.reserve(size());
  for_each_part(
      [&](std::span<const std::byte> part) { all.insert(all.end(), part.begin(), part.end()); });
  return all;
}

}  // namespace barnabas::wire
