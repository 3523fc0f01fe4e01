#pragma once

#include "protocol/network/network.hpp"

#include <compare>
#include <cstdint>

namespace barnabas::broker {

/// Names one request of one connection, from its arrival to its answer. Harmless once the
/// connection is gone: an answer to it is dropped.
struct RequestToken {
  network::ConnectionId connection{};
  std::uint64_t sequence = 0;  ///< Counts the connection's requests from 0.

  friend auto operator<=>(const RequestToken&, const RequestToken&) = default;
  friend bool operator==(const RequestToken&, const RequestToken&) = default;
};

}  // namespace barnabas::broker
