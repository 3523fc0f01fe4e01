#pragma once

#include "protocol/records/chunk_allocator.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace barnabas::records {

/// Bytes that grow at the end over chunks of an allocator. Chunks are filled completely, in order.
///
/// The first chunk is just large enough (at least `first_chunk`), each further one as large as all
/// before it together up to `largest_chunk`: a chain that stays short costs little, one that
/// becomes long has few parts. What is missing at once is asked for at once, however large.
/// Thread-safety: none. Lifetime: the allocator outlives the chain.
class ChunkChain {
 public:
  static constexpr std::size_t first_chunk = 512;
  static constexpr std::size_t largest_chunk = std::size_t{64} * 1024;

  explicit ChunkChain(ChunkAllocator& allocator) noexcept : allocator_(&allocator) {}
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
  /// How many bytes are left of the chunk.
  std::size_t contiguous_room() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  /// The next `bytes` bytes if they lie in one chunk, else null.
  std::byte* contiguous(std::size_t bytes) const noexcept {
    return contiguous_room() >= bytes ? at_ : nullptr;
  }
  /// Makes `bytes` bytes written at `contiguous` part of the content.
  void advance(std::size_t bytes) noexcept {
    at_ += bytes;
    size_ += bytes;
  }
  /// Appends a copy. Requires room.
  void put(std::span<const std::byte> bytes) noexcept;

  /// The content without its first `skip` bytes. Valid until the next call of a member.
  std::span<const std::span<const std::byte>> segments(std::size_t skip = 0) const;
  /// The first `bytes` bytes. Requires: they lie in the first chunk.
  std::span<std::byte> front(std::size_t bytes) const noexcept {
    return chunks_.front().first(bytes);
  }
  /// Drops the content behind `size` and keeps its chunks. Requires: size <= this->size().
  void truncate(std::size_t size) noexcept;
  /// Gives back the chunks behind the content.
  void trim() noexcept;
  /// Gives back all chunks.
  void clear() noexcept;

 private:
  bool add_chunks(std::size_t missing);
  void release_last() noexcept;
  void enter(std::size_t chunk, std::size_t offset) noexcept;

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
