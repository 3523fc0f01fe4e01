#pragma once

#include "protocol/base/deadline_queue.hpp"
#include "protocol/network/network.hpp"
#include "protocol/transport/connection.hpp"
#include "protocol/transport/listener.hpp"
#include "protocol/transport/outcomes.hpp"
#include "protocol/transport/poller.hpp"
#include "protocol/transport/socket.hpp"

#include <barnabas/result.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace barnabas::transport {

/// Carries out one engine's network requests with sockets. It calls no engine: what happens is
/// collected as Outcomes.
/// Thread-safety: none; the loop guards it.
class SystemNetwork final : public network::Network {
 public:
  /// Begins a look-up; its result takes another way.
  using ResolveFunction = std::function<void(network::LookupId, std::string, std::uint16_t)>;

  SystemNetwork(Poller& poller, SocketOptions options, ResolveFunction resolve)
      : poller_(poller), options_(options), resolve_(std::move(resolve)) {}

  void resolve(network::LookupId id, std::string host, std::uint16_t port) override;
  void connect(network::ConnectionId id, const network::Address& address) override;
  void write(network::ConnectionId id, wire::GatherBuffer bytes) override;
  void pause_reading(network::ConnectionId id) override;
  void resume_reading(network::ConnectionId id) override;
  void close(network::ConnectionId id) override;
  void close_after_writes(network::ConnectionId id) override;

  /// Binds and listens. Returns the port. Errors: connection_failed, io_error.
  Result<std::uint16_t> listen(network::ListenerId id, const network::Address& address);
  void close_listener(network::ListenerId id);
  void close_all();

  /// Turns what the poller found, and what time has come for, into outcomes.
  void collect(Instant now);
  /// Sends what was written since the last call, one gathered write per connection.
  void flush(Instant now);
  bool has_work(Instant now) const;
  std::optional<Instant> next_deadline() const;

  /// May be called from any thread.
  std::uint64_t dropped_connections() const noexcept { return dropped_connections_.load(); }
  Outcomes& outcomes() noexcept { return outcomes_; }
  /// The stream `id`, or null when it ended.
  Connection* find(network::ConnectionId id);
  /// Drops the stream without an outcome.
  void forget(network::ConnectionId id);

 private:
  void collect_connection(Connection& connection);
  void finish_connect(Connection& connection);
  void accept_from(network::ListenerId id, Instant now);
  bool add(network::ConnectionId id, const network::Address& peer, FileDescriptor socket,
           Connection::State state);
  void flush_connection(Connection& connection, Instant now);
  void fail(network::ConnectionId id, Error reason);

  Poller& poller_;
  SocketOptions options_;
  ResolveFunction resolve_;
  // Handlers are registered by address, so they stay where they are.
  std::unordered_map<network::ConnectionId, std::unique_ptr<Connection>> connections_;
  std::map<network::ListenerId, std::unique_ptr<Listener>> listeners_;
  std::uint64_t last_accepted_ = std::uint64_t{1} << 63;
  std::atomic<std::uint64_t> dropped_connections_{0};
  // When a stream that drains is given up, for its peer takes nothing.
  DeadlineQueue<network::ConnectionId> draining_;
  std::vector<network::ConnectionId> ready_connections_;
  std::vector<network::ListenerId> ready_listeners_;
  std::vector<network::ConnectionId> unflushed_;
  std::vector<network::ConnectionId> batch_;  // what is worked through while others are collected
  Outcomes outcomes_;
};

}  // namespace barnabas::transport
