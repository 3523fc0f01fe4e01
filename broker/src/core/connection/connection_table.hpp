#pragma once

#include "broker/src/core/connection/connection.hpp"
#include "broker/src/core/request/request_token.hpp"
#include "protocol/base/deadline_queue.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/network/network.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace barnabas::broker {

/// What serves the requests that connections bring.
class RequestServer {
 public:
  virtual ~RequestServer() = default;
  /// A request came in whole. Answered through ConnectionTable::answer, now or later.
  virtual void serve(const Now& now, Connection& connection, network::Frame frame,
                     RequestToken token) = 0;
  /// The connection is gone, and with it every request that it still had open.
  virtual void connection_closed(const Now& now, network::ConnectionId id) = 0;
};

/// All connections of a broker: takes them in within limits, feeds their requests to the server and
/// the answers to the network, and closes what is broken, idle or stuck, with one log line.
/// Whatever one connection does has no effect on another.
/// Thread-safety: none.
class ConnectionTable {
 public:
  /// Lifetime: all arguments outlive the table.
  ConnectionTable(const ConnectionLimits& limits, network::Network& network, RequestServer& server,
                  Logger& logger);

  void accepted(const Now& now, const Connection::Peer& peer);
  std::span<std::byte> receive_buffer(network::ConnectionId id);
  void received(const Now& now, network::ConnectionId id, std::size_t count);
  void written(const Now& now, network::ConnectionId id, std::size_t count);
  void closed(const Now& now, network::ConnectionId id, const Error& reason);

  /// Null when it is gone.
  Connection* find(network::ConnectionId id);
  std::size_t size() const noexcept { return connections_.size(); }

  /// Ends a request; see Answer. Takes effect in `settle`.
  void answer(const RequestToken& token, Answer answer);
  /// A request has been carried out, whenever its answer leaves: ends a hold behind it, in
  /// `settle`.
  void handled(const RequestToken& token);
  /// Lets a connection that was held serve again, in `settle`.
  void release(network::ConnectionId id);
  /// Serves what arrived and sends what is answered until nothing is left to do.
  void settle(const Now& now);

  /// Closes all connections that `matches`, at once.
  void close_where(const Now& now, const std::function<bool(const Connection&)>& matches);

  std::optional<Instant> next_deadline() const { return checks_.next(); }
  void advance(const Now& now);

 private:
  using Entries = std::map<network::ConnectionId, std::unique_ptr<Connection>>;

  void touch(Connection& connection);
  void settle(const Now& now, network::ConnectionId id);
  bool send_answers(const Now& now, Connection& connection);
  void log_end(const Now& now, const Connection& connection, const Error& reason);
  void erase(const Now& now, Entries::iterator entry);
  bool refuse(const Now& now, const Connection::Peer& peer);

  const ConnectionLimits& limits_;
  network::Network& network_;
  RequestServer& server_;
  Logger& logger_;
  Entries connections_;
  std::map<std::array<std::uint8_t, 16>, std::size_t> per_address_;
  std::vector<network::ConnectionId> touched_;  // have something to serve or to send
  DeadlineQueue<network::ConnectionId> checks_;
  std::array<std::byte, 64> discarded_;  // receives what arrives for connections that are gone
};

}  // namespace barnabas::broker
