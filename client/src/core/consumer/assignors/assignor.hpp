#pragma once

#include <barnabas/consumer_config.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How a group's leader divides partitions. Everything here is a pure function of the members and
// the partition counts: the same input gives the same answer on every machine.

namespace barnabas::client {

/// A member as the leader sees it.
struct GroupMember {
  std::string id;
  std::optional<std::string> instance_id;
  std::vector<std::string> topics;
  /// What it read when it joined, as it says itself; other members may claim the same.
  std::vector<TopicPartition> owned;
  /// The generation in which it got them; -1: unknown. Higher ones are believed first.
  std::int32_t generation = -1;
};

/// How many partitions each topic has. Topics that are not here, or have none, are not assigned.
using PartitionCounts = std::map<std::string, std::int32_t, std::less<>>;
/// By member id; each list is sorted. Every member has an entry.
using GroupAssignment = std::map<std::string, std::vector<TopicPartition>>;

/// Java's RangeAssignor without racks: per topic, the members in order get contiguous ranges, the
/// first ones one partition more.
GroupAssignment assign_range(std::span<const GroupMember> members, const PartitionCounts& counts);

/// Java's RoundRobinAssignor: all partitions of all topics in order, to the members in turn.
GroupAssignment assign_roundrobin(std::span<const GroupMember> members,
                                  const PartitionCounts& counts);

/// As even as subscriptions allow (no member could take a partition, also by way of others, from
/// one that has two more), and as much of what members own as that leaves. A partition that two
/// members claim belongs to the claim of the higher generation; with equal generations to neither.
GroupAssignment assign_sticky(std::span<const GroupMember> members, const PartitionCounts& counts);

/// assign_sticky, but a partition that another member lists as owned is left out this time: it is
/// assigned in the next generation, after its owner gave it up (KIP-429).
GroupAssignment assign_cooperative_sticky(std::span<const GroupMember> members,
                                          const PartitionCounts& counts);

GroupAssignment assign(Assignor assignor, std::span<const GroupMember> members,
                       const PartitionCounts& counts);

/// The protocol name in JoinGroup and in partition.assignment.strategy: "range", "roundrobin",
/// "sticky", "cooperative-sticky".
std::string_view name(Assignor assignor) noexcept;
/// By protocol name, or by the name of the Java class.
std::optional<Assignor> parse_assignor(std::string_view text) noexcept;
/// Whether members keep reading partitions that stay theirs while the group rebalances.
bool is_cooperative(Assignor assignor) noexcept;

/// The members in the order in which assignors serve them: static ones first by instance id, then
/// the others by member id, as in Java.
std::vector<const GroupMember*> in_order(std::span<const GroupMember> members);

/// 0 for topics that do not exist.
std::int32_t partition_count(const PartitionCounts& counts, std::string_view topic);

}  // namespace barnabas::client
