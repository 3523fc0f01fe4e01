#pragma once

#include "client/src/core/cluster/request.hpp"
#include "protocol/network/address.hpp"

#include <barnabas/error_code.hpp>
#include <barnabas/uuid.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::client {

struct BrokerMetadata {
  NodeId id = no_node;
  network::HostPort address;
  std::optional<std::string> rack;
  friend bool operator==(const BrokerMetadata&, const BrokerMetadata&) = default;
};

struct PartitionMetadata {
  ErrorCode error = ErrorCode::none;  ///< leader_not_available while there is no leader.
  NodeId leader = no_node;
  std::int32_t leader_epoch = -1;  ///< -1: the broker does not tell.
  std::vector<NodeId> replicas;
  std::vector<NodeId> in_sync_replicas;
  std::vector<NodeId> offline_replicas;
  friend bool operator==(const PartitionMetadata&, const PartitionMetadata&) = default;
};

struct TopicMetadata {
  std::string name;
  Uuid id;  ///< Zero when the broker does not tell.
  bool internal = false;
  /// Of the last refresh. When it is not none, `partitions` still holds what was known before.
  ErrorCode error = ErrorCode::none;
  /// How many refreshes in a row failed to describe the topic.
  int failed_refreshes = 0;
  std::vector<PartitionMetadata> partitions;  ///< By partition number.

  /// Nothing when there is none with this number.
  const PartitionMetadata* partition(std::int32_t number) const;
  friend bool operator==(const TopicMetadata&, const TopicMetadata&) = default;
};

/// What the client knows about the cluster. A leader epoch never goes back unless the topic was
/// recreated under another id; a watched topic that vanishes from a response is kept with its last
/// known partitions and an error. Iteration is in the order of names and ids.
/// Thread-safety: none; belongs to one Cluster.
class Metadata {
 public:
  using Topics = std::map<std::string, TopicMetadata, std::less<>>;

  /// Nothing while no response has mentioned the topic.
  const TopicMetadata* topic(std::string_view name) const;
  const TopicMetadata* topic(const Uuid& id) const;
  const PartitionMetadata* partition(std::string_view topic, std::int32_t partition) const;
  const Topics& topics() const noexcept { return topics_; }

  const BrokerMetadata* broker(NodeId id) const;
  const std::map<NodeId, BrokerMetadata>& brokers() const noexcept { return brokers_; }
  /// no_node while unknown.
  NodeId controller() const noexcept { return controller_; }
  /// Empty while unknown.
  const std::string& cluster_id() const noexcept { return cluster_id_; }

  /// Counts applied responses and hints; changes whenever anything above may have changed.
  std::uint64_t generation() const noexcept { return generation_; }

 private:
  friend class MetadataUpdater;
  Topics topics_;
  std::map<Uuid, std::string> names_;  // of topics that have an id
  std::map<NodeId, BrokerMetadata> brokers_;
  NodeId controller_ = no_node;
  std::string cluster_id_;
  std::uint64_t generation_ = 0;
};

}  // namespace barnabas::client
