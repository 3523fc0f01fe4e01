#pragma once

#include <cstddef>
#include <span>

namespace barnabas::records {

/// Every chunk is at least so large: it holds a batch header in one piece.
inline constexpr std::size_t smallest_chunk = 64;

/// Where batches under construction get their memory, chunk by chunk.
class ChunkAllocator {
 public:
  virtual ~ChunkAllocator() = default;

  /// A chunk of about `wanted` bytes: the allocator chooses its size classes, and a batch that
  /// needs more asks again. At least smallest_chunk bytes. Empty when there is no memory now.
  virtual std::span<std::byte> allocate(std::size_t wanted) = 0;
  /// Takes back exactly what `allocate` returned.
  virtual void release(std::span<std::byte> chunk) noexcept = 0;
};

/// Chunks of exactly the wanted size from the heap, without a bound.
class HeapChunks final : public ChunkAllocator {
 public:
  std::span<std::byte> allocate(std::size_t wanted) override;
  void release(std::span<std::byte> chunk) noexcept override;
};

}  // namespace barnabas::records
