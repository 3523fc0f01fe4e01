#include "protocol/network/frame_buffers.hpp"

#include <algorithm>

namespace barnabas::network {

std::shared_ptr<std::byte[]> FrameBuffers::take(std::size_t capacity) {
  rests_ = 0;
  const std::size_t most = capacity + capacity / 2 + granule;
  for (const Kept& kept : kept_) {
    if (kept.capacity < capacity || kept.capacity > most || kept.memory.use_count() != 1) continue;
    std::shared_ptr<std::byte[]> memory = kept.memory;
    // use_count() orders nothing. Letting go of a reference does: what others read on other threads
    // is done before new bytes overwrite it.
    std::shared_ptr<std::byte[]>(memory).reset();
    return memory;
  }
  const std::size_t size = (capacity + granule - 1) / granule * granule;
  auto memory = std::make_shared_for_overwrite<std::byte[]>(size);
  if (kept_bytes_ + size > limit_) drop_unused(kept_bytes_ + size - limit_);
  if (kept_bytes_ + size <= limit_) {
    kept_.push_back({memory, size});
    kept_bytes_ += size;
  }
  return memory;
}

void FrameBuffers::rest() noexcept {
  if (kept_.empty() || ++rests_ < rests_per_buffer) return;
  rests_ = 0;
  drop_unused(1);
}

// Until so many bytes less are kept, or everything is in use.
void FrameBuffers::drop_unused(std::size_t bytes) noexcept {
  std::size_t dropped = 0;
  std::erase_if(kept_, [&](const Kept& kept) {
    if (dropped >= bytes || kept.memory.use_count() != 1) return false;
    dropped += kept.capacity;
    return true;
  });
  kept_bytes_ -= dropped;
}

}  // namespace barnabas::network
