#pragma once

#include "protocol/base/time.hpp"
#include "protocol/network/network.hpp"
#include "simulation/src/link.hpp"
#include "simulation/src/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace barnabas::simulation {

/// Bytes under way in one direction, or the end of the stream.
struct Segment {
  std::vector<std::byte> bytes;
  bool end = false;
  bool reset = false;  ///< The end was not an orderly one.
};

/// What one side of a stream has to send and has received.
struct StreamEnd {
  ProcessId process = 0;
  network::ConnectionId id{};
  Place place = 0;
  const Link* link = nullptr;  ///< To the other side.
  bool open = false;           ///< Known to the process.
  bool paused = false;         ///< It does not read.

  // Sending.
  std::deque<wire::GatherBuffer> unsent;
  std::size_t unsent_at = 0;  ///< Of the first buffer, so many bytes are gone.
  int small_pieces = 0;       ///< So many more are cut off.
  bool close_after_writes = false;
  std::deque<Segment> under_way;
  std::size_t bytes_under_way = 0;
  std::size_t held_back = 0;  ///< Segments that arrived at a blocked link.
  Instant last_arrival{};
  bool swallows = false;  ///< What is sent disappears.
  std::optional<std::size_t> hang_up_after;

  // Received.
  std::vector<std::byte> received;
  std::size_t received_at = 0;
  bool at_end = false;
  bool was_reset = false;

  std::size_t unread() const noexcept { return received.size() - received_at; }
};

/// A byte stream in both directions; side 0 opened it.
/// Thread-safety: none.
struct Stream {
  StreamEnd ends[2];
  network::Address address;  ///< Where side 0 wanted to go.
  bool established = false;
};

/// Appends the next `count` bytes of what is to be sent to `taken`, and lets go of buffers that are
/// used up. Requires: so many are there.
void take_unsent(StreamEnd& end, std::size_t count, std::vector<std::byte>& taken);
/// How many bytes wait to be sent.
std::size_t unsent_bytes(const StreamEnd& end);

}  // namespace barnabas::simulation
