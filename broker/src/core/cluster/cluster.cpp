#include "broker/src/core/cluster/cluster.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker {

Cluster::Cluster(const BrokerSettings& settings) : rack_(settings.rack) {
  for (std::int32_t i = 0; i < settings.nodes; ++i) {
    nodes_.push_back({settings.node_id + i, true, {}});
  }
}

void Cluster::add_listener(NodeId node, network::ListenerId listener,
                           network::HostPort advertised) {
  for (Node& candidate : nodes_) {
    if (candidate.id != node) continue;
    places_[listener] = {node, candidate.advertised.size()};
    candidate.advertised.push_back(std::move(advertised));
    return;
  }
}

std::optional<ListenerPlace> Cluster::place_of(network::ListenerId listener) const {
  const auto place = places_.find(listener);
  if (place == places_.end()) return std::nullopt;
  return place->second;
}

const Node* Cluster::find(NodeId id) const {
  for (const Node& node : nodes_) {
    if (node.id == id) return &node;
  }
  return nullptr;
}

bool Cluster::is_running(NodeId id) const {
  const Node* node = find(id);
  return node && node->running;
}

bool Cluster::set_running(NodeId id, bool running) {
  for (Node& node : nodes_) {
    if (node.id != id) continue;
    node.running = running;
    return true;
  }
  return false;
}

const network::HostPort& Cluster::address_of(const Node& node, std::size_t index) const {
  return node.advertised[index < node.advertised.size() ? index : 0];
}

NodeId Cluster::controller() const {
  for (const Node& node : nodes_) {
    if (node.running) return node.id;
  }
  return no_node;
}

NodeId Cluster::spread(std::size_t ordinal) const {
  const auto is_up = [](const Node& node) { return node.running; };
  const auto running = static_cast<std::size_t>(std::count_if(nodes_.begin(), nodes_.end(), is_up));
  if (running == 0) return no_node;
  std::size_t skip = ordinal % running;
  for (const Node& node : nodes_) {
    if (node.running && skip-- == 0) return node.id;
  }
  return no_node;
}

}  // namespace barnabas::broker
