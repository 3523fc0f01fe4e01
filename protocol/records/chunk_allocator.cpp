#include "protocol/records/chunk_allocator.hpp"

#include <algorithm>

namespace barnabas::records {

std::span<std::byte> HeapChunks::allocate(std::size_t wanted) {
  const std::size_t size = std::max(wanted, smallest_chunk);
  return {new std::byte[size], size};
}

void HeapChunks::release(std::span<std::byte> chunk) noexcept { delete[] chunk.data(); }

}  // namespace barnabas::records
