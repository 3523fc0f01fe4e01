#pragma once

#include "protocol/records/chunk_allocator.hpp"

#include <cstddef>
#include <limits>

namespace barnabas::test {

/// Chunks of one size whatever is wanted, a limited number at a time; counts those lent out.
class FixedChunks final : public records::ChunkAllocator {
 public:
  explicit FixedChunks(std::size_t chunk_size,
                       std::size_t limit = std::numeric_limits<std::size_t>::max())
      : chunk_size_(chunk_size), limit_(limit) {}

  std::span<std::byte> allocate(std::size_t) override {
    if (lent_ == limit_) return {};
    ++lent_;
    return {new std::byte[chunk_size_], chunk_size_};
  }
  void release(std::span<std::byte> chunk) noexcept override {
    --lent_;
    delete[] chunk.data();
  }

  std::size_t lent() const { return lent_; }
  void set_limit(std::size_t limit) { limit_ = limit; }

 private:
  std::size_t chunk_size_;
  std::size_t limit_;
  std::size_t lent_ = 0;
};

}  // namespace barnabas::test
