#pragma once

#include "client/src/core/producer/append_lock.hpp"
#include "protocol/records/chunk_allocator.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <span>
#include <vector>

namespace barnabas::client {

/// The producer's buffer memory: chunks for batches, and an account of everything else that waits
/// with them. What is handed out and what is kept for reuse never exceed the limit together.
///
/// Chunks come in powers of two from 512 bytes to 64 KiB; more is made to measure. When less than
/// asked for is left, the largest that fits is handed out.
/// A chunk that was given back is filled with 0xDB in debug builds and unreadable under
/// AddressSanitizer, so that use after release shows.
/// Thread-safety: complete.
class ChunkPool final : public records::ChunkAllocator {
 public:
  static constexpr std::size_t granule = 512;

  /// `limit`: in bytes, at least a granule.
  explicit ChunkPool(std::size_t limit) noexcept;
  ~ChunkPool() override;
  ChunkPool(const ChunkPool&) = delete;
  ChunkPool& operator=(const ChunkPool&) = delete;

  std::span<std::byte> allocate(std::size_t wanted) override;
  void release(std::span<std::byte> chunk) noexcept override;

  /// Chunks beyond the limit, for replacing a batch by smaller ones before it is given back: for a
  /// moment one batch is held twice. Lives as long as the pool.
  records::ChunkAllocator& overdraft() noexcept { return overdraft_; }

  /// Counts `bytes` that are held elsewhere; false, and nothing is counted, when they do not fit.
  bool charge(std::size_t bytes);
  /// Counts as many of `bytes` as fit, and returns how many.
  std::size_t charge_up_to(std::size_t bytes);
  void refund(std::size_t bytes) noexcept;
  /// As charge, beyond the limit if need be; as overdraft.
  void charge_beyond(std::size_t bytes);

  std::size_t limit() const noexcept { return limit_; }
  /// Handed out and charged now.
  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }
  std::size_t available() const noexcept {
    const std::size_t now = used();
    return now < limit_ ? limit_ - now : 0;
  }
  /// What must be available for `bytes` bytes to fit into chunks.
  static std::size_t rounded(std::size_t bytes) noexcept {
    return (bytes + granule - 1) / granule * granule;
  }

 private:
  static constexpr std::size_t class_count = 8;  // 512 << 0 to 512 << 7
  static constexpr std::size_t largest_class = granule << (class_count - 1);

  class Overdraft final : public records::ChunkAllocator {
   public:
    explicit Overdraft(ChunkPool& pool) noexcept : pool_(pool) {}
    std::span<std::byte> allocate(std::size_t wanted) override;
    void release(std::span<std::byte> chunk) noexcept override { pool_.release(chunk); }

   private:
    ChunkPool& pool_;
  };

  static std::size_t class_of(std::size_t bytes) noexcept;
  std::span<std::byte> hand_out(std::size_t size);
  void take(std::size_t bytes) noexcept;
  void drop_kept(std::size_t at_least) noexcept;

  const std::size_t limit_;
  Overdraft overdraft_{*this};
  AppendLock lock_;
  std::atomic<std::size_t> used_ = 0;  // written under lock_
  std::size_t kept_ = 0;
  std::array<std::vector<std::byte*>, class_count> free_;
};

}  // namespace barnabas::client
