#pragma once

#include "protocol/network/network.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace barnabas::transport {

/// Keeps what an engine asks of the network until the loop's thread carries it out, so that an
/// engine may be entered from any thread and makes no system call under its lock.
/// Thread-safety: none; the engine's lock guards it.
class RequestQueue final : public network::Network {
 public:
  struct Resolve {
    network::LookupId id;
    std::string host;
    std::uint16_t port;
  };
  struct Connect {
    network::ConnectionId id;
    network::Address address;
  };
  struct Write {
    network::ConnectionId id;
    wire::GatherBuffer bytes;
  };
  struct SetReading {
    network::ConnectionId id;
    bool paused;
  };
  struct Close {
    network::ConnectionId id;
    bool after_writes;
  };
  using Request = std::variant<Resolve, Connect, Write, SetReading, Close>;

  void resolve(network::LookupId id, std::string host, std::uint16_t port) override;
  void connect(network::ConnectionId id, const network::Address& address) override;
  void write(network::ConnectionId id, wire::GatherBuffer bytes) override;
  void pause_reading(network::ConnectionId id) override;
  void resume_reading(network::ConnectionId id) override;
  bool hold_reading(network::ConnectionId id) override;
  void close(network::ConnectionId id) override;
  void close_after_writes(network::ConnectionId id) override;

  /// Whether hold_reading pauses, from now on.
  void allow_holds(bool allowed) noexcept { allows_holds_ = allowed; }

  bool empty() const noexcept { return requests_.empty(); }
  /// Swaps the requests into `batch`, which the last `replay` has emptied.
  void take(std::vector<Request>& batch);

  /// Whether a close of `id` waits here: then the engine must hear nothing of it any more.
  bool closes(network::ConnectionId id) const { return !closed_.empty() && closed_.count(id) != 0; }
  /// Whether a close or a pause of `id` waits here: then it must receive nothing.
  bool stops_reading(network::ConnectionId id) const {
    return closes(id) || (!paused_.empty() && paused_.count(id) != 0);
  }

 private:
  std::vector<Request> requests_;
  std::set<network::ConnectionId> closed_;
  std::set<network::ConnectionId> paused_;
  bool allows_holds_ = true;
};

/// Puts the requests to `network` in their order and empties `batch`.
void replay(std::vector<RequestQueue::Request>& batch, network::Network& network);

}  // namespace barnabas::transport
