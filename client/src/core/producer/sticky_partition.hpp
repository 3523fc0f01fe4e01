#pragma once

#include "client/src/core/producer/append_lock.hpp"
#include "client/src/core/producer/partition_queue.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace barnabas::client {

/// From `from` on, around the end, the first partition that can be sent to; `from` when none can.
std::size_t first_available(std::span<PartitionQueue* const> queues, std::size_t from);

/// The partition that records without a key go to for now (KIP-794). It gets a turn of so many
/// bytes, then another partition does: whether its batches went out is not asked, so slow
/// partitions do not attract records.
///
/// A turn has 16 KiB where little is sent, so that readers see an even spread; while turns are over
/// faster than batches linger they double, up to a whole batch, so that batches fill.
/// Adaptive: of two partitions drawn at random, the one with less data waiting is next.
/// Thread-safety: complete.
class StickyPartition {
 public:
  struct Options {
    bool adaptive = true;
    std::size_t shortest_turn = 16 * 1024;
    std::size_t longest_turn = 1'000'000;
    Duration turn_time{};  ///< How long a turn should last at least.
  };
  StickyPartition(const Options& options, std::uint64_t seed);

  /// -1 before the first `choose`.
  std::int32_t current() const noexcept { return current_.load(std::memory_order_relaxed); }
  /// Bytes of a turn.
  std::size_t turn() const noexcept { return turn_.load(std::memory_order_relaxed); }
  /// Has another partition be the current one, if `ended` still is. Requires: not empty.
  void choose(std::int32_t ended, std::span<PartitionQueue* const> queues, Instant now);
  /// Ends the turn of `gone`, if it is the current one, because it cannot be sent to. It keeps its
  /// turn when that is true of all. Returns the current one.
  std::int32_t pass_over(std::int32_t gone, std::span<PartitionQueue* const> queues, Instant now);

 private:
  std::int32_t draw(std::span<PartitionQueue* const> queues);

  const Options options_;
  std::atomic<std::int32_t> current_ = -1;
  std::atomic<std::size_t> turn_;
  AppendLock lock_;
  Random random_;
  Instant turn_began_{};
};

}  // namespace barnabas::client
