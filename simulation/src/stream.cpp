#include "simulation/src/stream.hpp"

#include <algorithm>

namespace barnabas::simulation {

void take_unsent(StreamEnd& end, std::size_t count, std::vector<std::byte>& taken) {
  const std::size_t enough = taken.size() + count;
  taken.reserve(enough);
  while (taken.size() < enough) {
    const wire::GatherBuffer& buffer = end.unsent.front();
    std::size_t skip = end.unsent_at;
    buffer.for_each_part([&](std::span<const std::byte> part) {
      if (skip >= part.size()) {
        skip -= part.size();
        return;
      }
      part = part.subspan(skip);
      skip = 0;
      part = part.first(std::min(part.size(), enough - taken.size()));
      taken.insert(taken.end(), part.begin(), part.end());
      end.unsent_at += part.size();
    });
    if (end.unsent_at == buffer.size()) {
      end.unsent.pop_front();
      end.unsent_at = 0;
    }
  }
}

std::size_t unsent_bytes(const StreamEnd& end) {
  std::size_t sum = 0;
  for (const wire::GatherBuffer& buffer : end.unsent) sum += buffer.size();
  return sum - end.unsent_at;
}

}  // namespace barnabas::simulation
