#pragma once

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/topic/topic.hpp"

#include <barnabas/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// What stands between a request and the log of a partition.
struct PartitionAccess {
  ErrorCode error = ErrorCode::none;
  const Partition* partition = nullptr;  ///< Null only when there is no such partition.
};

/// The partition for a request to its leader. `topic` may be null; `leader_epoch` is what the
/// client believes, -1 for no belief. Errors: unknown_topic_or_partition, not_leader_or_follower
/// when `node` does not lead it, fenced_leader_epoch and unknown_leader_epoch, kafka_storage_error
/// when its log is offline.
PartitionAccess access_partition(const Topic* topic, std::int32_t index, NodeId node,
                                 std::int32_t leader_epoch);

/// Whether a client with this error is helped by being told who leads (KIP-951).
bool tells_leader(ErrorCode error) noexcept;

/// Collects the nodes that an answer refers clients to, each once, with the addresses for
/// `listener`.
template <class NodeEndpoint>
void add_endpoint(std::vector<NodeEndpoint>& endpoints, const Cluster& cluster,
                  std::size_t listener, NodeId id) {
  const Node* node = cluster.find(id);
  if (!node || node->advertised.empty()) return;
  for (const NodeEndpoint& known : endpoints) {
    if (known.node_id == id) return;
  }
  const network::HostPort& address = cluster.address_of(*node, listener);
  NodeEndpoint endpoint;
  endpoint.node_id = id;
  endpoint.host = address.host;
  endpoint.port = address.port;
  if (!cluster.rack().empty()) endpoint.rack = cluster.rack();
  endpoints.push_back(endpoint);
}

}  // namespace barnabas::broker
