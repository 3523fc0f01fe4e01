#pragma once

#include <cstdint>

namespace barnabas::network {

/// Sizes of the buffers that the system has for each of an engine's sockets, in bytes. 0 or less
/// leaves a size to the system, which adapts it.
struct SocketBuffers {
  std::int32_t send = -1;
  std::int32_t receive = -1;
};

}  // namespace barnabas::network
