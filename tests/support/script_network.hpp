#pragma once

#include "protocol/network/network.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

/// A network that only writes down what an engine asks of it. A test plays the other side: it looks
/// at the requests and delivers events to the engine by hand, `receive` and `accept` help with
/// that.
class ScriptNetwork final : public network::Network {
 public:
  struct Lookup {
    network::LookupId id{};
    std::string host;
    std::uint16_t port = 0;
  };
  struct Connection {
    network::Address address;        ///< Where it leads, or the peer of an accepted one.
    std::vector<std::byte> written;  ///< Everything written and not yet taken.
    std::size_t writes = 0;          ///< Number of `write` calls.
    bool paused = false;             ///< Reading is paused.
    bool closed = false;             ///< `close` or `close_after_writes` was called.
  };

  std::vector<Lookup> lookups;                              ///< In order; a test may clear it.
  std::vector<network::ConnectionId> connects;              ///< Connections asked for, in order.
  std::map<network::ConnectionId, Connection> connections;  ///< Every one ever opened.

  /// While true, what is written stays where it is, as with a peer that does not read: nothing of
  /// it is looked at before `release_writes`.
  bool stall_writes = false;
  void release_writes() {
    stall_writes = false;
    for (auto& [id, bytes] : std::exchange(stalled_, {})) write(id, std::move(bytes));
  }

  /// The written bytes of a connection, which are forgotten here.
  std::vector<std::byte> take_written(network::ConnectionId id) {
    return std::exchange(connections[id].written, {});
  }

  /// Hands `bytes` to the engine as the shells do: through receive_buffer, in as many pieces as the
  /// engine's buffers ask for, until all are in or the engine paused or closed the connection.
  /// Returns how many were taken.
  std::size_t receive(network::NetworkEvents& engine, const Now& now, network::ConnectionId id,
                      std::span<const std::byte> bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && !connections[id].paused && !connections[id].closed) {
      const std::span<std::byte> room = engine.receive_buffer(id);
      const std::size_t count = std::min(room.size(), bytes.size() - taken);
      std::memcpy(room.data(), bytes.data() + taken, count);
      taken += count;
      engine.on_received(now, id, count);
    }
    return taken;
  }

  /// Makes `id` a connection and tells the engine that `listener` took it.
  void accept(network::NetworkEvents& engine, const Now& now, network::ConnectionId id,
              network::ListenerId listener, const network::Address& peer = {}) {
    connections[id].address = peer;
    engine.on_accepted(now, id, listener, peer);
  }

  void resolve(network::LookupId id, std::string host, std::uint16_t port) override {
    lookups.push_back({id, std::move(host), port});
  }
  void connect(network::ConnectionId id, const network::Address& address) override {
    connects.push_back(id);
    connections[id].address = address;
  }
  void write(network::ConnectionId id, wire::GatherBuffer bytes) override {
    Connection* connection = open(id);
    if (connection == nullptr) return;
    if (stall_writes) {
      stalled_.emplace_back(id, std::move(bytes));
      return;
    }
    ++connection->writes;
    bytes.for_each_part([&](std::span<const std::byte> part) {
      connection->written.insert(connection->written.end(), part.begin(), part.end());
    });
  }
  void pause_reading(network::ConnectionId id) override {
    if (Connection* connection = open(id)) connection->paused = true;
  }
  void resume_reading(network::ConnectionId id) override {
    if (Connection* connection = open(id)) connection->paused = false;
  }
  void close(network::ConnectionId id) override {
    if (Connection* connection = open(id)) connection->closed = true;
  }
  void close_after_writes(network::ConnectionId id) override { close(id); }

 private:
  std::vector<std::pair<network::ConnectionId, wire::GatherBuffer>> stalled_;

  Connection* open(network::ConnectionId id) {
    const auto found = connections.find(id);
    return found == connections.end() || found->second.closed ? nullptr : &found->second;
  }
};

}  // namespace barnabas::test
