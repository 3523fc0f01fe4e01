#pragma once

#include <cstdint>

namespace barnabas::simulation {

/// One direction between two places.
struct Link {
  bool blocked = false;
};

/// Names a process within the network.
using ProcessId = std::uint32_t;

}  // namespace barnabas::simulation
