#pragma once

#include "broker/src/core/config/broker_settings.hpp"

#include <barnabas/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// "PLAINTEXT://0.0.0.0:9092,LOCAL://127.0.0.1:0", names optional; no host means all interfaces.
/// Errors: invalid_property.
Result<std::vector<ListenerAddress>> parse_listeners(std::string_view text);
std::string print_listeners(const std::vector<ListenerAddress>& listeners);

/// What clients are told about settings.listeners[index], when that is configured.
std::optional<network::HostPort> advertised_address(const BrokerSettings& settings,
                                                    std::size_t index);

}  // namespace barnabas::broker
