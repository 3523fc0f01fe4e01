#include "client/src/core/cluster/client_engine.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

ClientEngine::ClientEngine(EngineContext context)
    : outbox_(context.outbox),
      logger_(context.logger),
      cluster_(std::move(context.options), context.network, *this, context.logger, context.seed) {}

void ClientEngine::after_event(const Now& now) {
  woken_at_.reset();
  run(now);
}

void ClientEngine::on_resolved(const Now& now, network::LookupId id,
                               Result<std::vector<network::Address>> addresses) {
  cluster_.on_resolved(now, id, std::move(addresses));
  after_event(now);
}

void ClientEngine::on_connected(const Now& now, network::ConnectionId id) {
  cluster_.on_connected(now, id);
  after_event(now);
}

void ClientEngine::on_accepted(const Now&, network::ConnectionId, network::ListenerId,
                               const network::Address&) {}

std::span<std::byte> ClientEngine::receive_buffer(network::ConnectionId id) {
  return cluster_.receive_buffer(id);
}

void ClientEngine::on_received(const Now& now, network::ConnectionId id, std::size_t count) {
  cluster_.on_received(now, id, count);
  after_event(now);
}

void ClientEngine::on_written(const Now& now, network::ConnectionId id, std::size_t count) {
  cluster_.on_written(now, id, count);
  after_event(now);
}

void ClientEngine::on_closed(const Now& now, network::ConnectionId id, Error reason) {
  cluster_.on_closed(now, id, std::move(reason));
  after_event(now);
}

std::optional<Instant> ClientEngine::next_deadline() const {
  std::optional<Instant> next;
  if (!outbox_.empty())
    return Instant();  // long due: the shell calls the application after advance
  for (const std::optional<Instant> at : {cluster_.next_deadline(), own_deadline(), woken_at_}) {
    if (at) next = std::min(next.value_or(*at), *at);
  }
  return next;
}

void ClientEngine::advance(const Now& now) {
  cluster_.advance(now);
  after_event(now);
}

}  // namespace barnabas::client
