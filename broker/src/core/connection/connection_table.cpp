#include "broker/src/core/connection/connection_table.hpp"

#include <utility>

namespace barnabas::broker {

ConnectionTable::ConnectionTable(const ConnectionLimits& limits, network::Network& network,
                                 RequestServer& server, Logger& logger)
    : limits_(limits), network_(network), server_(server), logger_(logger) {}

void ConnectionTable::accepted(const Now& now, const Connection::Peer& peer) {
  if (refuse(now, peer)) return;
  ++per_address_[peer.address.bytes];
  auto connection = std::make_unique<Connection>(now, peer, limits_);
  checks_.set(peer.id, connection->next_check(now));
  connections_.emplace(peer.id, std::move(connection));
}

bool ConnectionTable::refuse(const Now& now, const Connection::Peer& peer) {
  const char* reason = nullptr;
  const auto of_address = per_address_.find(peer.address.bytes);
  if (connections_.size() >= limits_.max_connections) {
    reason = "max.connections is reached";
  } else if (of_address != per_address_.end() &&
             of_address->second >= limits_.max_connections_per_address) {
    reason = "max.connections.per.ip is reached";
  }
  if (reason == nullptr) return false;
  logger_.log(now, LogLevel::warning, "refused a connection",
              {{"peer", peer.address.to_string()}, {"reason", reason}});
  network_.close(peer.id);
  return true;
}

Connection* ConnectionTable::find(network::ConnectionId id) {
  const auto entry = connections_.find(id);
  return entry == connections_.end() ? nullptr : entry->second.get();
}

std::span<std::byte> ConnectionTable::receive_buffer(network::ConnectionId id) {
  Connection* connection = find(id);
  return connection ? connection->receive_buffer() : std::span<std::byte>(discarded_);
}

void ConnectionTable::received(const Now& now, network::ConnectionId id, std::size_t count) {
  Connection* connection = find(id);
  if (!connection) return;
  connection->received(now, count);
  touch(*connection);
}

void ConnectionTable::written(const Now& now, network::ConnectionId id, std::size_t count) {
  Connection* connection = find(id);
  if (!connection) return;
  connection->written(now, count);
  touch(*connection);
}

void ConnectionTable::closed(const Now& now, network::ConnectionId id, const Error& reason) {
  const auto entry = connections_.find(id);
  if (entry == connections_.end()) return;
  if (reason == ErrorCode::io_error) {
    log_end(now, *entry->second, reason);  // our own doing
  } else {
    // Clients come and go as they like: no news.
    logger_.log(now, LogLevel::debug, "connection ended",
                {{"peer", entry->second->peer().address.to_string()}, {"reason", reason}});
  }
  erase(now, entry);
}

void ConnectionTable::answer(const RequestToken& token, Answer answer) {
  Connection* connection = find(token.connection);
  if (!connection) return;
  connection->answer(token.sequence, std::move(answer));
  touch(*connection);
}

void ConnectionTable::handled(const RequestToken& token) {
  Connection* connection = find(token.connection);
  if (connection && connection->handled(token.sequence)) touch(*connection);
}

void ConnectionTable::release(network::ConnectionId id) {
  Connection* connection = find(id);
  if (!connection) return;
  connection->release();
  touch(*connection);
}

void ConnectionTable::settle(const Now& now) {
  // Serving one may touch others.
  for (std::size_t at = 0; at < touched_.size(); ++at) {
    const network::ConnectionId id = touched_[at];
    if (Connection* connection = find(id)) {
      connection->set_touched(false);
      settle(now, id);
    }
  }
  touched_.clear();
}

void ConnectionTable::touch(Connection& connection) {
  if (!connection.set_touched(true)) touched_.push_back(connection.peer().id);
}

void ConnectionTable::settle(const Now& now, network::ConnectionId id) {
  for (;;) {
    Connection* connection = find(id);
    if (!connection || !send_answers(now, *connection)) return;
    std::optional<network::Frame> frame = connection->next_request(now);
    if (!frame) break;
    const RequestToken token{id, connection->open_request()};
    server_.serve(now, *connection, std::move(*frame), token);
  }
  Connection& connection = *find(id);
  // next_request may have found the end of the stream of frames.
  if (!send_answers(now, connection)) return;
  if (const std::optional<bool> read = connection.reading_change()) {
    *read ? network_.resume_reading(id) : network_.pause_reading(id);
  }
  // A check that comes too early is cheaper than one moved with every request.
  const Instant check = connection.next_check(now);
  const std::optional<Instant> scheduled = checks_.deadline_of(id);
  if (!scheduled || check < *scheduled) checks_.set(id, check);
}

// False when the connection was closed by one of them.
bool ConnectionTable::send_answers(const Now& now, Connection& connection) {
  const network::ConnectionId id = connection.peer().id;
  while (std::optional<Answer> answer = connection.take_answer(now)) {
    if (answer->frame.size() > 0) network_.write(id, std::move(answer->frame));
    if (answer->disconnect) {
      log_end(now, connection, answer->reason);
      network_.close_after_writes(id);
      erase(now, connections_.find(id));
      return false;
    }
  }
  return true;
}

void ConnectionTable::close_where(const Now& now,
                                  const std::function<bool(const Connection&)>& matches) {
  for (auto entry = connections_.begin(); entry != connections_.end();) {
    const auto current = entry++;
    if (!matches(*current->second)) continue;
    network_.close(current->first);
    erase(now, current);
  }
}

void ConnectionTable::advance(const Now& now) {
  while (const std::optional<network::ConnectionId> id = checks_.pop_due(now.monotonic)) {
    const auto entry = connections_.find(*id);
    if (entry == connections_.end()) continue;
    const Error reason = entry->second->expired(now);
    if (reason.ok()) {
      checks_.set(*id, entry->second->next_check(now));
      continue;
    }
    log_end(now, *entry->second, reason);
    network_.close(*id);
    erase(now, entry);
  }
}

void ConnectionTable::log_end(const Now& now, const Connection& connection, const Error& reason) {
  if (reason.ok()) return;
  logger_.log(now, LogLevel::warning, "closed a connection",
              {{"peer", connection.peer().address.to_string()},
               {"client", connection.client_id()},
               {"reason", reason.context()}});
}

void ConnectionTable::erase(const Now& now, Entries::iterator entry) {
  const network::ConnectionId id = entry->first;
  const auto of_address = per_address_.find(entry->second->peer().address.bytes);
  if (--of_address->second == 0) per_address_.erase(of_address);
  connections_.erase(entry);
  checks_.cancel(id);
  server_.connection_closed(now, id);
}

}  // namespace barnabas::broker
