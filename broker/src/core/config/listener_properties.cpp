#include "broker/src/core/config/listener_properties.hpp"

#include "protocol/base/property_value.hpp"

#include <utility>

namespace barnabas::broker {
namespace {

Result<ListenerAddress> parse_listener(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  const bool named = scheme_end != std::string_view::npos;
  const std::string name(named ? text.substr(0, scheme_end) : std::string_view());
  if (name.ends_with("SSL") || name.starts_with("SASL_")) {
    return Error(ErrorCode::invalid_property,
                 "\"" + std::string(text) + "\": this broker speaks PLAINTEXT only");
  }
  std::string address(named ? text.substr(scheme_end + 3) : text);
  const bool all_interfaces = address.starts_with(':');
  if (all_interfaces) address.insert(0, "0.0.0.0");
  Result<network::HostPort> host_port = network::parse_host_port(address);
  if (!host_port) return Error(ErrorCode::invalid_property, host_port.error().context());
  if (all_interfaces) host_port->host.clear();
  return ListenerAddress{name, std::move(*host_port)};
}

}  // namespace

Result<std::vector<ListenerAddress>> parse_listeners(std::string_view text) {
  std::vector<ListenerAddress> listeners;
  for (const std::string& element : parse_list(text)) {
    Result<ListenerAddress> listener = parse_listener(element);
    if (!listener) return listener.error();
    listeners.push_back(std::move(*listener));
  }
  if (listeners.empty()) {
    return Error(ErrorCode::invalid_property, "at least one address is needed, such as :9092");
  }
  return listeners;
}

std::string print_listeners(const std::vector<ListenerAddress>& listeners) {
  std::string text;
  for (const ListenerAddress& listener : listeners) {
    if (!text.empty()) text += ',';
    if (!listener.name.empty()) text += listener.name + "://";
    text += listener.address.to_string();
  }
  return text;
}

std::optional<network::HostPort> advertised_address(const BrokerSettings& settings,
                                                    std::size_t index) {
  const std::string& name = settings.listeners[index].name;
  for (std::size_t i = 0; i < settings.advertised.size(); ++i) {
    const ListenerAddress& candidate = settings.advertised[i];
    const bool same_place = i == index && (candidate.name.empty() || name.empty());
    if (same_place || (!name.empty() && candidate.name == name)) return candidate.address;
  }
  return std::nullopt;
}

}  // namespace barnabas::broker
