#include "client/src/core/consumer/assignors/sticky_balance.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace barnabas::client {

namespace {

constexpr std::size_t step_limit = 20'000'000;  // a few hundred milliseconds

}  // namespace

StickyBalance::StickyBalance(std::span<const GroupMember> members, const PartitionCounts& counts)
    : steps_left_(step_limit) {
  for (const GroupMember* member : in_order(members)) {
    const auto index = static_cast<Index>(members_.size());
    members_.push_back({member, 0, {}, false});
    for (const std::string& topic : member->topics) {
      if (partition_count(counts, topic) == 0) continue;
      const auto [entry, added] =
          topic_index_.try_emplace(topic, static_cast<Index>(topics_.size()));
      if (added) topics_.push_back({topic, 0, 0, {}});
      std::vector<Index>& subscribers = topics_[entry->second].subscribers;
      if (subscribers.empty() || subscribers.back() != index) subscribers.push_back(index);
    }
  }
  Index partitions = 0;
  for (Topic& topic : topics_) {
    topic.first_partition = partitions;
    topic.partitions = static_cast<Index>(partition_count(counts, topic.name));
    partitions += topic.partitions;
  }
  previous_.assign(partitions, nobody);
  assigned_.assign(partitions, false);
}

GroupAssignment StickyBalance::solve() {
  keep_owned();
  place_unowned();
  balance();
  GroupAssignment assignment;
  for (const Member& member : members_) {
    std::vector<TopicPartition>& list = assignment[member.source->id];
    for (const auto& [topic, partitions] : member.held) {
      for (const Index partition : partitions) {
        list.emplace_back(topics_[topic].name,
                          static_cast<std::int32_t>(partition - topics_[topic].first_partition));
      }
    }
    std::sort(list.begin(), list.end());
  }
  return assignment;
}

std::optional<StickyBalance::Index> StickyBalance::find_partition(const TopicPartition& partition,
                                                                  Index& topic) const {
  const auto found = topic_index_.find(partition.topic);
  if (found == topic_index_.end() || partition.partition < 0) return std::nullopt;
  topic = found->second;
  const auto number = static_cast<Index>(partition.partition);
  if (number >= topics_[topic].partitions) return std::nullopt;
  return topics_[topic].first_partition + number;
}

bool StickyBalance::subscribes(Index member, Index topic) const {
  const std::vector<Index>& subscribers = topics_[topic].subscribers;
  return std::binary_search(subscribers.begin(), subscribers.end(), member);
}

void StickyBalance::keep_owned() {
  struct Claim {
    std::int32_t generation = -2;
    bool disputed = false;
    Index topic = 0;
  };
  std::vector<Claim> claims(previous_.size());
  for (Index member = 0; member < members_.size(); ++member) {
    const GroupMember& source = *members_[member].source;
    const std::int32_t generation = std::max(source.generation, -1);
    for (const TopicPartition& owned : source.owned) {
      Index topic = 0;
      const std::optional<Index> partition = find_partition(owned, topic);
      if (!partition || !subscribes(member, topic)) continue;
      Claim& claim = claims[*partition];
      if (generation < claim.generation) continue;
      if (generation == claim.generation) {
        claim.disputed |= previous_[*partition] != member;
        continue;
      }
      claim = {generation, false, topic};
      previous_[*partition] = member;
    }
  }
  for (Index partition = 0; partition < claims.size(); ++partition) {
    if (claims[partition].disputed) previous_[partition] = nobody;
    if (previous_[partition] != nobody) {
      give(partition, claims[partition].topic, previous_[partition]);
    }
  }
}

void StickyBalance::place_unowned() {
  // Topics that few can read come first, while the choice is still free.
  std::vector<Index> order(topics_.size());
  std::iota(order.begin(), order.end(), Index{0});
  std::sort(order.begin(), order.end(), [this](Index a, Index b) {
    const std::size_t readers_a = topics_[a].subscribers.size();
    const std::size_t readers_b = topics_[b].subscribers.size();
    return std::tie(readers_a, topics_[a].name) < std::tie(readers_b, topics_[b].name);
  });
  for (const Index index : order) {
    const Topic& topic = topics_[index];
    for (Index number = 0; number < topic.partitions; ++number) {
      const Index partition = topic.first_partition + number;
      if (assigned_[partition]) continue;
      const auto lightest = std::min_element(
          topic.subscribers.begin(), topic.subscribers.end(),
          [this](Index a, Index b) { return members_[a].load < members_[b].load; });
      give(partition, index, *lightest);
    }
  }
}

void StickyBalance::balance() {
  std::vector<Step> steps(members_.size());
  while (steps_left_ > 0) {
    const std::optional<Index> start = heaviest();
    if (!start) return;
    const std::optional<Index> end = search(*start, steps);
    if (end) shift(steps, *start, *end);
  }
}

std::optional<StickyBalance::Index> StickyBalance::heaviest() const {
  std::optional<Index> best;
  for (Index member = 0; member < members_.size(); ++member) {
    if (members_[member].settled || members_[member].load == 0) continue;
    if (!best || members_[member].load > members_[*best].load) best = member;
  }
  return best;
}

std::size_t StickyBalance::lightest_load() const {
  std::size_t lightest = ~std::size_t{0};
  for (const Member& member : members_) {
    if (!member.settled) lightest = std::min(lightest, member.load);
  }
  return lightest;
}

// Looks for the nearest member with at least two partitions fewer than `start`. Finding none, it
// settles all that were reached: they lie within one of each other and nothing leads out.
std::optional<StickyBalance::Index> StickyBalance::search(Index start, std::vector<Step>& steps) {
  const std::size_t lightest = lightest_load();
  const std::size_t limit = members_[start].load;
  std::vector<bool> member_seen(members_.size());
  std::vector<bool> topic_seen(topics_.size());
  std::vector<Index> reached{start};
  member_seen[start] = true;
  for (std::size_t at = 0; at < reached.size(); ++at) {
    for (const auto& [topic, partitions] : members_[reached[at]].held) {
      if (topic_seen[topic]) continue;
      topic_seen[topic] = true;
      std::optional<Index> best;
      for (const Index other : topics_[topic].subscribers) {
        if (steps_left_ > 0) --steps_left_;
        if (member_seen[other] || members_[other].settled) continue;
        member_seen[other] = true;
        steps[other] = {reached[at], topic};
        reached.push_back(other);
        if (members_[other].load + 2 > limit) continue;
        if (!best || members_[other].load < members_[*best].load) best = other;
        if (members_[other].load == lightest) break;
      }
      if (best) return best;
    }
  }
  for (const Index member : reached) members_[member].settled = true;
  return std::nullopt;
}

void StickyBalance::shift(const std::vector<Step>& steps, Index start, Index end) {
  for (Index to = end; to != start; to = steps[to].from) {
    const Index topic = steps[to].topic;
    give(take(topic, steps[to].from, to), topic, to);
  }
}

void StickyBalance::give(Index partition, Index topic, Index member) {
  members_[member].held[topic].push_back(partition);
  ++members_[member].load;
  assigned_[partition] = true;
}

// Takes the partition that costs least to move: one that `to` had, else one that `from` never had.
StickyBalance::Index StickyBalance::take(Index topic, Index from, Index to) {
  const auto held = members_[from].held.find(topic);
  std::vector<Index>& partitions = held->second;
  auto chosen = std::find_if(partitions.begin(), partitions.end(),
                             [&](Index partition) { return previous_[partition] == to; });
  if (chosen == partitions.end()) {
    chosen = std::find_if(partitions.begin(), partitions.end(),
                          [&](Index partition) { return previous_[partition] != from; });
  }
  if (chosen == partitions.end()) chosen = std::prev(partitions.end());
  const Index partition = *chosen;
  partitions.erase(chosen);
  if (partitions.empty()) members_[from].held.erase(held);
  --members_[from].load;
  return partition;
}

}  // namespace barnabas::client
