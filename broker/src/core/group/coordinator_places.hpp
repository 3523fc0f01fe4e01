#pragma once

#include "broker/src/core/cluster/cluster.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace barnabas::broker {

/// Which node coordinates a group. As in Kafka that is the leader of the group's partition of
/// `__consumer_offsets`; here a group can also be moved by itself, to exercise clients.
/// Thread-safety: none.
class CoordinatorPlaces {
 public:
  /// Lifetime: `cluster` outlives this object. `partitions` is offsets.topic.num.partitions, which
  /// counts until the topic is there.
  CoordinatorPlaces(const Cluster& cluster, std::int32_t partitions)
      : cluster_(cluster), partitions_(partitions) {}

  /// `__consumer_offsets` has so many partitions, whatever is configured.
  void set_partitions(std::size_t partitions) noexcept {
    partitions_ = static_cast<std::int32_t>(partitions);
  }
  /// The partition of `__consumer_offsets` that keeps `group_id`: Kafka's hash.
  std::int32_t partition_of(std::string_view group_id) const;
  /// What this partition keeps cannot be read: its groups have no coordinator until the broker
  /// starts anew. One that knew nothing of them would have them begin from nothing.
  void set_unreadable(std::int32_t partition) { unreadable_.insert(partition); }
  /// no_node while no node runs, and for a group that cannot be read.
  NodeId node_of(std::string_view group_id) const;
  /// From now on `node` coordinates the group, as long as it runs.
  void move(std::string_view group_id, NodeId node);

 private:
  const Cluster& cluster_;
  std::int32_t partitions_;
  std::set<std::int32_t> unreadable_;
  std::map<std::string, NodeId, std::less<>> moved_;
};

/// String.hashCode() of Java for UTF-8 text.
std::int32_t java_string_hash(std::string_view text) noexcept;

}  // namespace barnabas::broker
