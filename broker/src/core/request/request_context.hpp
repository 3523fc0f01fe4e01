#pragma once

#include "broker/src/core/config/broker_settings.hpp"
#include "broker/src/core/fault/fault_decision.hpp"
#include "broker/src/core/request/request_token.hpp"
#include "broker/src/core/request/services.hpp"
#include "protocol/base/time.hpp"
#include "protocol/network/address.hpp"
#include "protocol/network/frame_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace barnabas::broker {

/// Everything about a request that its body does not say. Valid during the call of its handler;
/// what answers later copies what it needs.
struct RequestContext {
  const Now& now;
  Services& broker;
  const network::Frame& frame;  ///< What the request's views point into.
  const network::Address& client_address;
  std::string_view client_id;  ///< Empty when the client gave none.
  RequestToken token;
  std::int16_t version = 0;
  NodeId node = no_node;                  ///< The node that was asked.
  std::size_t listener = 0;               ///< On which of its listeners.
  const FaultDecision* faults = nullptr;  ///< Null in the absence of faults.

  /// The error that a fault demands for an item of the request; see FaultDecision.
  ErrorCode injected_error(std::string_view topic, std::int32_t partition = -1) const {
    return faults ? faults->error_for(topic, partition) : ErrorCode::none;
  }
};

}  // namespace barnabas::broker
