#include "protocol/records/chunk_chain.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace barnabas::records {

ChunkChain::ChunkChain(ChunkChain&& other) noexcept
    : allocator_(other.allocator_),
      chunks_(std::exchange(other.chunks_, {})),
      current_(std::exchange(other.current_, 0)),
      at_(std::exchange(other.at_, nullptr)),
      end_(std::exchange(other.end_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

ChunkChain& ChunkChain::operator=(ChunkChain&& other) noexcept {
  if (this == &other) return *this;
  clear();
  allocator_ = other.allocator_;
  chunks_ = std::exchange(other.chunks_, {});
  current_ = std::exchange(other.current_, 0);
  at_ = std::exchange(other.at_, nullptr);
  end_ = std::exchange(other.end_, nullptr);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

bool ChunkChain::add_chunks(std::size_t missing) {
  const std::size_t chunks_before = chunks_.size();
  while (missing != 0) {
    const std::size_t grown = std::clamp(capacity_, first_chunk, largest_chunk);
    const std::span<std::byte> chunk = allocator_->allocate(std::max(missing, grown));
    if (chunk.empty()) {
      while (chunks_.size() > chunks_before) release_last();
      return false;
    }
    assert(chunk.size() >= smallest_chunk);
    chunks_.push_back(chunk);
    capacity_ += chunk.size();
    missing -= std::min(missing, chunk.size());
  }
  if (chunks_before == 0) enter(0, 0);
  return true;
}

void ChunkChain::put(std::span<const std::byte> bytes) noexcept {
  while (!bytes.empty()) {
    if (at_ == end_) enter(current_ + 1, 0);
    const std::size_t part = std::min(bytes.size(), static_cast<std::size_t>(end_ - at_));
    std::memcpy(at_, bytes.data(), part);
    advance(part);
    bytes = bytes.subspan(part);
  }
}

std::span<const std::span<const std::byte>> ChunkChain::segments(std::size_t skip) const {
  segments_.clear();
  std::size_t left = size_;
  for (const std::span<std::byte> chunk : chunks_) {
    const std::size_t used = std::min(left, chunk.size());
    if (used > skip) segments_.push_back(chunk.first(used).subspan(skip));
    skip -= std::min(skip, used);
    left -= used;
  }
  return segments_;
}

void ChunkChain::truncate(std::size_t size) noexcept {
  size_ = size;
  std::size_t chunk = 0;
  while (size > chunks_[chunk].size()) size -= chunks_[chunk++].size();
  enter(chunk, size);
}

void ChunkChain::trim() noexcept {
  while (chunks_.size() > current_ + 1) release_last();
}

void ChunkChain::clear() noexcept {
  while (!chunks_.empty()) release_last();
  current_ = 0;
  at_ = nullptr;
  end_ = nullptr;
  size_ = 0;
}

void ChunkChain::release_last() noexcept {
  capacity_ -= chunks_.back().size();
  allocator_->release(chunks_.back());
  chunks_.pop_back();
}

void ChunkChain::enter(std::size_t chunk, std::size_t offset) noexcept {
  current_ = chunk;
  at_ = chunks_[chunk].data() + offset;
  end_ = chunks_[chunk].data() + chunks_[chunk].size();
}

}  // namespace barnabas::records
