#pragma once

#include "broker/src/core/config/broker_settings.hpp"
#include "protocol/network/address.hpp"
#include "protocol/network/network.hpp"
#include "protocol/transport/engine_host.hpp"

#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace barnabas::broker::io {

/// The listening sockets of all nodes, and the ports that they got, which a node keeps when it
/// listens again.
/// Thread-safety: none.
class NodeListeners {
 public:
  /// A listening socket and what clients are told about it.
  struct Open {
    network::ListenerId id{};
    network::HostPort advertised;
  };

  /// Lifetime: `settings` outlives this object.
  explicit NodeListeners(const BrokerSettings& settings) : settings_(settings) {}

  /// Opens all listeners of a node. Errors: connection_failed, io_error, naming the address; none
  /// is open then.
  Result<std::vector<Open>> open(transport::EngineHost& host, NodeId node);
  void close(transport::EngineHost& host, NodeId node);

 private:
  network::ListenerId id_of(NodeId node, std::size_t index) const;
  network::HostPort bind_address(NodeId node, std::size_t index) const;
  network::HostPort advertised(NodeId node, std::size_t index, std::uint16_t port) const;

  const BrokerSettings& settings_;
  std::map<network::ListenerId, std::uint16_t> ports_;
};

}  // namespace barnabas::broker::io
