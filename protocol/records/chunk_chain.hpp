#pragma once

#include "protocol/records/chunk_allocator.hpp"

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace barnabas::records {

/// Bytes that grow at the end over chunks of an allocator. Each chunk but the last is full.
/// Thread-safety: none. Lifetime: the allocator outlives the chain.
class ChunkChain {
 public:
  explicit ChunkChain(ChunkAllocator& allocator) : allocator_(&allocator) {}
  ChunkChain(ChunkChain&& other) noexcept;
  ChunkChain& operator=(ChunkChain&& other) noexcept;
  ~ChunkChain() { clear(); }

  std::size_t size() const noexcept { return size_; }
  /// Bytes taken from the allocator.
  std::size_t capacity() const noexcept { return capacity_; }

  /// Makes room for `bytes` more. False when the allocator refuses; then nothing has changed.
  bool make_room(std::size_t bytes) {
    return capacity_ - size_ >= bytes || add_chunks(bytes - (capacity_ - size_));
  }
  /// The next `bytes` bytes if they lie in one chunk, else null. Requires room.
  std::byte* contiguous(std::size_t bytes) const noexcept {
    return static_cast<std::size_t>(end_ - at_) >= bytes ? at_ : nullptr;
  }
  /// Makes `bytes` bytes written at `contiguous` part of the content.
  void advance(std::size_t bytes) noexcept {
    at_ += bytes;
    size_ += bytes;
  }
  /// Appends a copy. Requires room.
  void put(std::span<const std::byte> bytes) noexcept;

  /// The content. Valid until the next change.
  std::span<const std::span<const std::byte>> segments() const noexcept;
  /// The first `bytes` bytes of the first chunk. Requires: they are there.
  std::span<std::byte> front(std::size_t bytes) const noexcept {
    return chunks_.front().first(bytes);
  }
  /// Drops the content behind `size` and keeps its chunks. Requires: size <= this->size().
  void truncate(std::size_t size) noexcept;
  /// Gives back chunks behind the content.
  void trim() noexcept;
  /// Gives back all chunks.
  void clear() noexcept;

 private:
  bool add_chunks(std::size_t missing);

  ChunkAllocator* allocator_;
  std::vector<std::span<std::byte>> chunks_;
  mutable std::vector<std::span<const std::byte>> segments_;
  std::size_t current_ = 0;   // the chunk that at_ points into
  std::byte* at_ = nullptr;   // where the next byte goes
  std::byte* end_ = nullptr;  // the end of the current chunk
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace barnabas::records
