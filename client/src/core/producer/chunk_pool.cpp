#include "client/src/core/producer/chunk_pool.hpp"

#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define BARNABAS_POISON_CHUNKS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BARNABAS_POISON_CHUNKS 1
#endif
#endif
#ifdef BARNABAS_POISON_CHUNKS
#include <sanitizer/asan_interface.h>
#endif

namespace barnabas::client {

namespace {

void poison([[maybe_unused]] std::span<std::byte> chunk) noexcept {
#ifndef NDEBUG
  std::memset(chunk.data(), 0xDB, chunk.size());
#endif
#ifdef BARNABAS_POISON_CHUNKS
  ASAN_POISON_MEMORY_REGION(chunk.data(), chunk.size());
#endif
}

void unpoison([[maybe_unused]] std::span<std::byte> chunk) noexcept {
#ifdef BARNABAS_POISON_CHUNKS
  ASAN_UNPOISON_MEMORY_REGION(chunk.data(), chunk.size());
#endif
}

void free_chunk(std::byte* chunk, std::size_t size) noexcept {
  unpoison({chunk, size});
  delete[] chunk;
}

}  // namespace

ChunkPool::ChunkPool(std::size_t limit) noexcept : limit_(limit) {}

ChunkPool::~ChunkPool() { drop_kept(kept_); }

std::size_t ChunkPool::class_of(std::size_t bytes) noexcept {
  const std::size_t granules = (bytes + granule - 1) / granule;
  return granules <= 1 ? 0 : static_cast<std::size_t>(std::bit_width(granules - 1));
}

std::span<std::byte> ChunkPool::allocate(std::size_t wanted) {
  AppendGuard guard(lock_);
  const std::size_t left = planted(PlantedBug::unlimited_buffer) ? limit_ * 100 : available();
  std::size_t size = wanted > largest_class ? rounded(wanted)
                                            : granule << class_of(std::max<std::size_t>(wanted, 1));
  if (size > left) {
    if (left < granule) return {};
    size = std::min(largest_class, std::bit_floor(left / granule) * granule);
  }
  return hand_out(size);
}

std::span<std::byte> ChunkPool::Overdraft::allocate(std::size_t wanted) {
  AppendGuard guard(pool_.lock_);
  return pool_.hand_out(rounded(std::max<std::size_t>(wanted, 1)));
}

std::span<std::byte> ChunkPool::hand_out(std::size_t size) {
  const std::size_t kind = class_of(size);
  if (kind < class_count && size == granule << kind && !free_[kind].empty()) {
    std::byte* const chunk = free_[kind].back();
    free_[kind].pop_back();
    kept_ -= size;
    take(size);
    unpoison({chunk, size});
    return {chunk, size};
  }
  take(size);
  return {new std::byte[size], size};
}

void ChunkPool::release(std::span<std::byte> chunk) noexcept {
  AppendGuard guard(lock_);
  used_.store(used() - chunk.size(), std::memory_order_relaxed);
  poison(chunk);
  const std::size_t kind = class_of(chunk.size());
  const bool fits = used() + kept_ + chunk.size() <= limit_;
  if (fits && kind < class_count && chunk.size() == granule << kind) {
    free_[kind].push_back(chunk.data());
    kept_ += chunk.size();
  } else {
    free_chunk(chunk.data(), chunk.size());
  }
}

bool ChunkPool::charge(std::size_t bytes) {
  AppendGuard guard(lock_);
  if (bytes > available()) return false;
  take(bytes);
  return true;
}

std::size_t ChunkPool::charge_up_to(std::size_t bytes) {
  AppendGuard guard(lock_);
  const std::size_t charged = std::min(bytes, available());
  take(charged);
  return charged;
}

void ChunkPool::charge_beyond(std::size_t bytes) {
  AppendGuard guard(lock_);
  take(bytes);
}

void ChunkPool::take(std::size_t bytes) noexcept {
  used_.store(used() + bytes, std::memory_order_relaxed);
  if (used() + kept_ > limit_) drop_kept(used() + kept_ - limit_);
}

void ChunkPool::refund(std::size_t bytes) noexcept {
  AppendGuard guard(lock_);
  used_.store(used() - bytes, std::memory_order_relaxed);
}

void ChunkPool::drop_kept(std::size_t at_least) noexcept {
  std::size_t dropped = 0;
  for (std::size_t kind = class_count; kind-- > 0 && dropped < at_least;) {
    const std::size_t size = granule << kind;
    while (dropped < at_least && !free_[kind].empty()) {
      free_chunk(free_[kind].back(), size);
      free_[kind].pop_back();
      dropped += size;
    }
  }
  kept_ -= dropped;
}

}  // namespace barnabas::client
