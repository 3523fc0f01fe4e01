#include "client/src/core/consumer/fetch/fetcher.hpp"
#include "protocol/base/planted_bug.hpp"

namespace barnabas::client {

namespace {

// A smaller answer is no burden to the caches, and not worth the holding. As a part of what a
// partition may bring (max.partition.fetch.bytes).
constexpr std::int32_t small_part = 8;

}  // namespace

void Fetcher::let_go_all(const Now& now) {
  for (auto& [id, node] : nodes_) {
    if (node.held_at) let_go(now, id, node);
  }
}

// The next answer will be about as large as this one of `bytes`, and by then there is something to
// read.
bool Fetcher::is_worth_holding(std::size_t bytes) const {
  return options_.longest_hold > Duration::zero() && window_.is_least() &&
         assignment_.prefetched().next() != nullptr &&
         bytes >= static_cast<std::size_t>(options_.max_partition_bytes / small_part);
}

void Fetcher::hold(const Now& now, NodeId id, Node& node) {
  if (!cluster_.hold_answers(id, Lane::fetch)) return;
  node.held_at = now.monotonic;
  if (!look_at_holds_) look_at_holds_ = now.monotonic + options_.longest_hold;
}

void Fetcher::let_go(const Now& now, NodeId id, Node& node) {
  node.held_at.reset();
  node.let_go_at = now.monotonic;
  if (planted(PlantedBug::hold_answers_for_good)) return;
  cluster_.take_answers(id, Lane::fetch);
}

void Fetcher::let_go_late(const Now& now) {
  if (!look_at_holds_ || *look_at_holds_ > now.monotonic) return;
  look_at_holds_.reset();
  for (auto& [id, node] : nodes_) {
    if (!node.held_at) continue;
    if (now.monotonic - *node.held_at >= options_.longest_hold) {
      let_go(now, id, node);
    } else {
      look_at_holds_ = now.monotonic + options_.longest_hold;
    }
  }
}

}  // namespace barnabas::client
