#pragma once

#include "protocol/base/random.hpp"
#include "protocol/network/network.hpp"
#include "simulation/src/link.hpp"
#include "simulation/src/machine.hpp"
#include "simulation/src/stream.hpp"
#include "simulation/src/world.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace barnabas::simulation {

class Process;
class WireTap;

/// How the network behaves where nobody says otherwise.
struct NetworkOptions {
  Duration latency = std::chrono::microseconds(200);
  Duration jitter = std::chrono::microseconds(100);
  std::uint64_t bytes_per_second = 100'000'000;
  std::size_t window = 65536;     ///< Bytes that may be under way in one direction.
  std::size_t largest_piece = 0;  ///< Some bytes arrive in pieces of at most so many; 0: as sent.
  Duration connect_delay{};       ///< More than the latency, at most.
};

/// A network of places, with names, listeners and byte streams.
/// Thread-safety: none.
class SimulatedNetwork {
 public:
  SimulatedNetwork(World& world, NetworkOptions options);
  ~SimulatedNetwork();
  SimulatedNetwork(const SimulatedNetwork&) = delete;
  SimulatedNetwork& operator=(const SimulatedNetwork&) = delete;

  World& world() noexcept { return world_; }
  NetworkOptions& options() noexcept { return options_; }
  /// Looks at all bytes that are sent. Outlives the network.
  void set_tap(WireTap* tap) noexcept { tap_ = tap; }

  // Names -----------------------------------------------------------------------------------------

  void set_name(std::string name, std::vector<network::Address> addresses);
  /// Look-ups fail until further notice.
  void fail_lookups(bool fail) noexcept { lookups_fail_ = fail; }

  // Faults ----------------------------------------------------------------------------------------

  /// Nothing gets through from one place to the other, in this direction; it arrives once the link
  /// is open again.
  void block(Place from, Place to);
  void unblock(Place from, Place to);
  void unblock_all();
  /// Ends connections: all, those of a place, or those by chance (of a thousand).
  void reset(std::optional<Place> place, Random& random, std::uint64_t of_thousand = 1000);
  /// A connection, by chance, swallows everything from now on.
  void swallow(Random& random);
  /// A connection, by chance, ends after so many more bytes of the server.
  void hang_up_after(Random& random, std::size_t bytes);
  void set_powered(Place place, bool powered);
  /// Nothing is refused or accepted there: new connections hang.
  void set_accepting(Place place, bool accepting);
  std::size_t streams() const noexcept { return open_streams_; }

  // Processes -------------------------------------------------------------------------------------

  ProcessId add(Process& process);
  void remove(ProcessId id);
  /// By id; null where one is gone.
  const std::vector<Process*>& processes() const noexcept { return processes_; }
  void listen(const network::Address& address, Process& process, network::ListenerId listener,
              Place place);
  void close_listeners(ProcessId id);
  void close_listeners(Place place);
  Place place_of(const network::Address& address) const;
  void set_place(const network::Address& address, Place place) { places_[address] = place; }

  void resolve(ProcessId process, network::LookupId id, const std::string& host,
               std::uint16_t port);
  void connect(Process& process, network::ConnectionId id, const network::Address& address);
  void write(ProcessId process, network::ConnectionId id, wire::GatherBuffer bytes);
  void pause_reading(ProcessId process, network::ConnectionId id, bool paused);
  void close(ProcessId process, network::ConnectionId id, bool after_writes);
  /// All connections of a process end: in order, with a reset, or without a word.
  enum class End : std::uint8_t { orderly, reset, silent };
  void close_all(ProcessId process, End how);

  /// Null when it is gone.
  Process* find(ProcessId id) const;
  bool is_open(ProcessId process, network::ConnectionId id) const;
  /// What a connection has for its process: nothing when it is gone or does not read.
  enum class Readable : std::uint8_t { nothing, bytes, end };
  Readable readable(ProcessId process, network::ConnectionId id) const;
  /// Moves received bytes out, and returns how many.
  std::size_t read(ProcessId process, network::ConnectionId id, std::span<std::byte> room);

 private:
  struct Listener {
    ProcessId process = 0;
    network::ListenerId id{};
    Place place = 0;
  };
  struct EndKey {
    std::size_t stream = 0;
    int side = 0;
  };

  /// Null when the process has no such connection.
  const EndKey* end_of(ProcessId process, network::ConnectionId id) const;
  Stream* stream(std::size_t index) const { return streams_[index].get(); }
  Stream* any_stream(Random& random);
  Link& link(Place from, Place to);
  Duration latency();

  void try_connect(std::size_t index, int attempt);
  void arrive_at_listener(std::size_t index, int attempt);
  void confirm(std::size_t index);
  void flush(std::size_t index, int side);
  void send(std::size_t index, int side, Segment segment);
  void arrive(std::size_t index, int side);
  void reset_end(std::size_t index, int side);
  void close_end(std::size_t index, int side, Error reason);
  void forget_end(std::size_t index, int side);

  World& world_;
  NetworkOptions options_;
  Random random_;
  WireTap* tap_ = nullptr;
  std::map<std::string, std::vector<network::Address>, std::less<>> names_;
  std::map<network::Address, Listener> listeners_;
  std::map<network::Address, Place> places_;
  std::set<Place> powered_off_;
  std::set<Place> not_accepting_;
  std::map<std::pair<Place, Place>, Link> links_;
  std::vector<Process*> processes_;
  std::vector<std::unique_ptr<Stream>> streams_;
  using Ends = std::map<std::pair<ProcessId, network::ConnectionId>, EndKey>;
  Ends ends_;
  mutable Ends::const_iterator last_end_ = ends_.end();  // asked for, mostly again and again
  std::vector<std::vector<std::byte>> spare_bytes_;      // empty; their memory serves again
  std::uint64_t next_accepted_ = std::uint64_t{1} << 63;
  std::size_t open_streams_ = 0;
  bool lookups_fail_ = false;
};

}  // namespace barnabas::simulation
