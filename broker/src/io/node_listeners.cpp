#include "broker/src/io/node_listeners.hpp"

#include "broker/src/core/config/listener_properties.hpp"

#include <unistd.h>

#include <array>
#include <optional>
#include <string>

namespace barnabas::broker::io {
namespace {

bool means_all_interfaces(const std::string& host) {
  return host.empty() || host == "0.0.0.0" || host == "::";
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

}  // namespace

network::ListenerId NodeListeners::id_of(NodeId node, std::size_t index) const {
  const auto place = static_cast<std::uint64_t>(node - settings_.node_id);
  return network::ListenerId{place * settings_.listeners.size() + index + 1};
}

network::HostPort NodeListeners::bind_address(NodeId node, std::size_t index) const {
  network::HostPort address = settings_.listeners[index].address;
  const auto known = ports_.find(id_of(node, index));
  if (known != ports_.end()) {
    address.port = known->second;
  } else if (address.port != 0) {
    address.port = static_cast<std::uint16_t>(address.port + node - settings_.node_id);
  }
  return address;
}

network::HostPort NodeListeners::advertised(NodeId node, std::size_t index,
                                            std::uint16_t port) const {
  network::HostPort address = settings_.listeners[index].address;
  if (means_all_interfaces(address.host)) address.host = host_name();
  address.port = port;
  const std::optional<network::HostPort> configured = advertised_address(settings_, index);
  if (!configured) return address;
  address.host = configured->host;
  if (configured->port != 0) {
    address.port = static_cast<std::uint16_t>(configured->port + node - settings_.node_id);
  }
  return address;
}

Result<std::vector<NodeListeners::Open>> NodeListeners::open(transport::EngineHost& host,
                                                             NodeId node) {
  std::vector<Open> opened;
  for (std::size_t i = 0; i < settings_.listeners.size(); ++i) {
    const network::ListenerId id = id_of(node, i);
    const network::HostPort address = bind_address(node, i);
    const Result<std::uint16_t> port = host.listen(id, address);
    if (!port) {
      for (const Open& listener : opened) host.close_listener(listener.id);
      return port.error().within("listeners");
    }
    ports_[id] = *port;
    opened.push_back({id, advertised(node, i, *port)});
  }
  return opened;
}

void NodeListeners::close(transport::EngineHost& host, NodeId node) {
  for (std::size_t i = 0; i < settings_.listeners.size(); ++i) host.close_listener(id_of(node, i));
}

}  // namespace barnabas::broker::io
