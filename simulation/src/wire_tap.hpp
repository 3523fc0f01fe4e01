#pragma once

#include "protocol/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace barnabas::simulation {

/// Sees all bytes that go over the simulated network.
class WireTap {
 public:
  virtual ~WireTap() = default;
  /// A stream is there; `client` opened it.
  virtual void opened(std::size_t stream, const std::string& client, const std::string& server) = 0;
  /// `side` 0 is the client.
  virtual void sent(std::size_t stream, int side, std::span<const std::byte> bytes) = 0;
  /// So many more of the bytes that `side` sent can be read at the other.
  virtual void arrived(std::size_t stream, int side, std::size_t count) = 0;
  /// That side has closed its end; the other may not know.
  virtual void closed(std::size_t stream, int side) = 0;
  virtual void ended(std::size_t stream) = 0;
};

}  // namespace barnabas::simulation
