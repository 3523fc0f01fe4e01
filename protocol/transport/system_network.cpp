#include "protocol/transport/system_network.hpp"

#include <cassert>
#include <chrono>
#include <utility>

namespace barnabas::transport {

using network::Address;
using network::ConnectionId;
using network::ListenerId;

namespace {

// So that a flood of connections does not keep the loop from those it has.
constexpr int most_accepts_per_turn = 64;
// A stream that the engine is done with is given up when its peer takes nothing for so long.
constexpr std::chrono::seconds drain_patience{10};

void take_earlier(std::optional<Instant>& earliest, std::optional<Instant> other) {
  if (other && (!earliest || *other < *earliest)) earliest = other;
}

}  // namespace

void SystemNetwork::resolve(network::LookupId id, std::string host, std::uint16_t port) {
  resolve_(id, std::move(host), port);
}

void SystemNetwork::connect(ConnectionId id, const Address& address) {
  Result<FileDescriptor> socket = start_connect(address, options_);
  if (!socket) {
    fail(id, socket.error());
    return;
  }
  add(id, address, *std::move(socket), Connection::State::connecting);
}

void SystemNetwork::write(ConnectionId id, wire::GatherBuffer bytes) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  if (connection->unsent().empty()) unflushed_.push_back(id);
  connection->write(std::move(bytes));
}

void SystemNetwork::pause_reading(ConnectionId id) {
  if (Connection* connection = find(id)) connection->pause_reading();
}

void SystemNetwork::resume_reading(ConnectionId id) {
  Connection* connection = find(id);
  if (connection == nullptr || !connection->reading_paused()) return;
  connection->resume_reading();
  if (connection->state() == Connection::State::open) {
    outcomes_.readable.push_back(id);  // perhaps
  } else {
    connection->await_readable();
  }
}

void SystemNetwork::close(ConnectionId id) { forget(id); }

void SystemNetwork::close_after_writes(ConnectionId id) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  connection->drain();
  unflushed_.push_back(id);  // which also closes it when there is nothing to send
}

Result<std::uint16_t> SystemNetwork::listen(ListenerId id, const Address& address) {
  Result<FileDescriptor> socket = open_listener(address, options_);
  if (!socket) return socket.error();
  auto listener = std::make_unique<Listener>(id, *std::move(socket), options_, ready_listeners_,
                                             dropped_connections_);
  if (const Result<void> watched = listener->watch(poller_); !watched) return watched.error();
  const std::uint16_t port = listener->port();
  listeners_[id] = std::move(listener);
  return port;
}

void SystemNetwork::close_listener(ListenerId id) { listeners_.erase(id); }

void SystemNetwork::close_all() {
  listeners_.clear();
  connections_.clear();
  outcomes_.clear();
}

void SystemNetwork::collect(Instant now) {
  while (const std::optional<ConnectionId> id = draining_.pop_due(now)) forget(*id);
  for (const auto& [id, listener] : listeners_) {
    if (listener->paused_until() && *listener->paused_until() <= now) listener->resume();
  }
  for (const ListenerId id : ready_listeners_) accept_from(id, now);
  ready_listeners_.clear();
  batch_.swap(ready_connections_);
  for (const ConnectionId id : batch_) {
    if (Connection* connection = find(id)) collect_connection(*connection);
  }
  batch_.clear();
  flush(now);
}

void SystemNetwork::collect_connection(Connection& connection) {
  const ConnectionId id = connection.id();
  const Readiness readiness = connection.take_readiness();
  switch (connection.state()) {
    case Connection::State::connecting:
      finish_connect(connection);
      return;
    case Connection::State::draining:
      if (readiness.hung_up) {
        forget(id);
      } else {
        unflushed_.push_back(id);
      }
      return;
    case Connection::State::open:
      if (readiness.hung_up && connection.reading_paused()) {
        fail(id, connection.pending_error());
        return;
      }
      if (readiness.writable) unflushed_.push_back(id);
      if (readiness.readable || readiness.hung_up) outcomes_.readable.push_back(id);
      return;
  }
}

void SystemNetwork::finish_connect(Connection& connection) {
  const ConnectionId id = connection.id();
  if (const Result<void> connected = connection.finish_connect(); !connected) {
    fail(id, connected.error());
    return;
  }
  outcomes_.connected.push_back(id);
  unflushed_.push_back(id);
}

void SystemNetwork::accept_from(ListenerId id, Instant now) {
  const auto found = listeners_.find(id);
  if (found == listeners_.end()) return;
  for (int i = 0; i < most_accepts_per_turn; ++i) {
    std::optional<Listener::Accepted> accepted = found->second->accept(now);
    if (!accepted) return;
    const ConnectionId connection{++last_accepted_};
    if (!add(connection, accepted->peer, std::move(accepted->socket), Connection::State::open)) {
      continue;
    }
    outcomes_.accepted.push_back({connection, id, accepted->peer});
  }
}

bool SystemNetwork::add(ConnectionId id, const Address& peer, FileDescriptor socket,
                        Connection::State state) {
  assert(find(id) == nullptr);
  auto connection =
      std::make_unique<Connection>(id, peer, std::move(socket), state, ready_connections_);
  if (const Result<void> watched = connection->watch(poller_); !watched) {
    // The engine has not heard of a connection that was just accepted.
    if (state == Connection::State::connecting) fail(id, watched.error());
    return false;
  }
  connections_.emplace(id, std::move(connection));
  return true;
}

void SystemNetwork::flush(Instant now) {
  batch_.swap(unflushed_);
  for (const ConnectionId id : batch_) {
    if (Connection* connection = find(id)) flush_connection(*connection, now);
  }
  batch_.clear();
}

void SystemNetwork::flush_connection(Connection& connection, Instant now) {
  const ConnectionId id = connection.id();
  const bool draining = connection.state() == Connection::State::draining;
  const bool had_failed = connection.write_failed();
  const std::size_t count = connection.flush();
  if (draining) {
    if (connection.unsent().empty()) {  // sent, or not to be sent any more
      forget(id);
    } else if (count > 0 || !draining_.deadline_of(id)) {
      draining_.set(id, now + drain_patience);
    }
    return;
  }
  if (count > 0) outcomes_.written.emplace_back(id, count);
  if (!connection.broken().ok()) {
    fail(id, connection.broken());
    return;
  }
  // Nobody will read the end of the stream while reading is paused.
  if (!had_failed && connection.write_failed() && connection.reading_paused()) {
    fail(id, connection.pending_error());
  }
}

bool SystemNetwork::has_work(Instant now) const {
  const std::optional<Instant> deadline = next_deadline();
  return !ready_connections_.empty() || !ready_listeners_.empty() || !unflushed_.empty() ||
         !outcomes_.empty() || (deadline && *deadline <= now);
}

std::optional<Instant> SystemNetwork::next_deadline() const {
  std::optional<Instant> earliest = draining_.next();
  for (const auto& [id, listener] : listeners_) take_earlier(earliest, listener->paused_until());
  return earliest;
}

Connection* SystemNetwork::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

void SystemNetwork::forget(ConnectionId id) {
  draining_.cancel(id);
  connections_.erase(id);
}

void SystemNetwork::fail(ConnectionId id, Error reason) {
  forget(id);
  outcomes_.closed.emplace_back(id, std::move(reason));
}

}  // namespace barnabas::transport
