#pragma once

#include "broker/src/core/config/broker_settings.hpp"
#include "protocol/network/address.hpp"
#include "protocol/network/network.hpp"

#include <barnabas/uuid.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::broker {

/// One of the nodes that this process presents.
struct Node {
  NodeId id = no_node;
  bool running = true;
  /// What clients are told, by the index of the listener they came in on.
  std::vector<network::HostPort> advertised;
};

/// A listening socket's place: whose it is, and which of that node's listeners.
struct ListenerPlace {
  NodeId node = no_node;
  std::size_t index = 0;
};

/// The nodes that this process presents. All share the same topics and data; what differs is who
/// leads which partition.
/// Thread-safety: none.
class Cluster {
 public:
  /// Nodes with consecutive ids from settings.node_id, all running, without listeners yet.
  explicit Cluster(const BrokerSettings& settings);

  /// `listener` belongs to `node` and is known to clients as `advertised`. Nodes list their
  /// listeners in the same order.
  void add_listener(NodeId node, network::ListenerId listener, network::HostPort advertised);
  std::optional<ListenerPlace> place_of(network::ListenerId listener) const;

  /// In the order of their ids.
  const std::vector<Node>& nodes() const noexcept { return nodes_; }
  /// Null when there is none.
  const Node* find(NodeId id) const;
  bool is_running(NodeId id) const;
  /// Returns false for an unknown node.
  bool set_running(NodeId id, bool running);

  /// What a client that came in on listener `index` is told about `node`; a node without such a
  /// listener shows its first. Requires: the node has a listener.
  const network::HostPort& address_of(const Node& node, std::size_t index) const;
  const std::string& rack() const noexcept { return rack_; }

  /// The node that clients take for the controller: the first that runs, or no_node.
  NodeId controller() const;
  /// The node that leads the `ordinal`th of a row of partitions: they go around the running nodes.
  NodeId spread(std::size_t ordinal) const;

 private:
  std::vector<Node> nodes_;
  std::string rack_;
  std::map<network::ListenerId, ListenerPlace> places_;
};

}  // namespace barnabas::broker
