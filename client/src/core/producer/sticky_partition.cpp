#include "client/src/core/producer/sticky_partition.hpp"

#include <algorithm>

namespace barnabas::client {

std::size_t first_available(std::span<PartitionQueue* const> queues, std::size_t from) {
  for (std::size_t i = 0; i < queues.size(); ++i) {
    const std::size_t candidate = (from + i) % queues.size();
    if (queues[candidate]->is_available()) return candidate;
  }
  return from;
}

StickyPartition::StickyPartition(const Options& options, std::uint64_t seed)
    : options_(options),
      turn_(std::min(options.shortest_turn, options.longest_turn)),
      random_(seed) {}

void StickyPartition::choose(std::int32_t ended, std::span<PartitionQueue* const> queues,
                             Instant now) {
  AppendGuard guard(lock_);
  if (current() != ended) return;  // another thread was faster
  if (ended >= 0) {
    const Duration lasted = now - turn_began_;
    std::size_t turn = this->turn();
    if (lasted < options_.turn_time) turn *= 2;
    if (lasted > 4 * options_.turn_time) turn /= 2;
    turn = std::clamp(turn, std::min(options_.shortest_turn, options_.longest_turn),
                      options_.longest_turn);
    turn_.store(turn, std::memory_order_relaxed);
  }
  turn_began_ = now;
  current_.store(draw(queues), std::memory_order_relaxed);
}

std::int32_t StickyPartition::pass_over(std::int32_t gone, std::span<PartitionQueue* const> queues,
                                        Instant now) {
  AppendGuard guard(lock_);
  const bool any = std::ranges::any_of(queues, &PartitionQueue::is_available);
  if (current() == gone && any) {
    turn_began_ = now;
    current_.store(draw(queues), std::memory_order_relaxed);
  }
  return current();
}

std::int32_t StickyPartition::draw(std::span<PartitionQueue* const> queues) {
  const auto any = [&] { return random_.below(queues.size()); };
  std::uint64_t chosen = any();
  if (options_.adaptive) {
    const std::uint64_t other = any();
    const bool lighter = queues[other]->load() < queues[chosen]->load();
    const bool better = queues[other]->is_available() == queues[chosen]->is_available()
                            ? lighter
                            : queues[other]->is_available();
    if (better) chosen = other;
  }
  return static_cast<std::int32_t>(first_available(queues, chosen));
}

}  // namespace barnabas::client
