#pragma once

#include "protocol/network/network.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace barnabas::transport {

/// What became of one engine's requests and streams, in the order in which the engine hears of it.
struct Outcomes {
  struct Accepted {
    network::ConnectionId id;
    network::ListenerId listener;
    network::Address peer;
  };
  std::vector<Accepted> accepted;
  std::vector<network::ConnectionId> connected;
  std::vector<std::pair<network::ConnectionId, std::size_t>> written;
  std::vector<network::ConnectionId> readable;  ///< Still to be read by whoever delivers.
  std::vector<std::pair<network::ConnectionId, Error>> closed;

  bool empty() const noexcept;
  void clear();
};

}  // namespace barnabas::transport
