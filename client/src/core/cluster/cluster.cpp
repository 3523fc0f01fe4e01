#include "client/src/core/cluster/cluster.hpp"

#include "client/src/core/cluster/cluster_impl.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

Cluster::Impl::Impl(Cluster& self, ClusterOptions options, network::Network& network,
                    ClusterListener& listener, Logger& logger, std::uint64_t seed)
    : self_(self),
      options_(std::move(options)),
      network_(network),
      listener_(listener),
      logger_(logger),
      random_(seed),
      reconnect_backoff_(options_.reconnect_backoff, options_.reconnect_backoff_max),
      retry_backoff_(options_.retry_backoff, options_.retry_backoff_max),
      context_{options_, network_, random_, *this},
      channels_(context_),
      updater_(metadata_),
      schedule_(options_, random_),
      coordinators_(retry_backoff_, random_) {}

void Cluster::Impl::settle(const Now& now) {
  last_now_ = now.monotonic;
  if (closed_) return;
  ask_metadata(now);
  ask_coordinators(now);
  serve_any(now);
}

void Cluster::Impl::finish_event(const Now& now) {
  settle(now);
  while (!completions_.empty()) {
    completions_.run_one(now);
    settle(now);
  }
}

std::optional<Instant> Cluster::Impl::next_deadline() const {
  if (!completions_.empty()) return last_now_;
  std::optional<Instant> next;
  for (const std::optional<Instant> at : {timers_.next(), schedule_.next_deadline(),
                                          coordinators_.next_deadline(), any_look_again_}) {
    if (at) next = next ? std::min(*next, *at) : at;
  }
  return closed_ ? std::nullopt : next;
}

void Cluster::Impl::advance(const Now& now) {
  last_now_ = now.monotonic;
  while (const std::optional<TimerKey> due = timers_.pop_due(now.monotonic)) {
    const RequestId id{due->second};
    switch (due->first) {
      case Timer::request_timeout:
        timed_out(id);
        break;
      case Timer::request_retry:
        route(now, id);
        break;
      case Timer::channel: {
        const auto node = static_cast<NodeId>(static_cast<std::uint32_t>(due->second >> 8));
        const auto lane = static_cast<Lane>(due->second & 0xFF);
        Channel& channel = channels_.at(node, lane);
        channel.connection.advance(now);
        pump(now, channel);
        break;
      }
    }
  }
}

void Cluster::Impl::touch(const Now& now, Connection& connection) {
  pump(now, channels_.at(connection.node(), connection.lane()));
  finish_event(now);
}

void Cluster::Impl::close(const Now& now) {
  if (std::exchange(closed_, true)) return;
  last_now_ = now.monotonic;
  for (const auto& [key, channel] : channels_.all()) channel->connection.close();
  while (!pending_.empty()) {
    fail(pending_.begin()->first, Error(ErrorCode::closed, "the client was closed"));
  }
  while (!completions_.empty()) completions_.run_one(now);
}

Cluster::Cluster(ClusterOptions options, network::Network& network, ClusterListener& listener,
                 Logger& logger, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(*this, std::move(options), network, listener, logger, seed)) {}

Cluster::~Cluster() = default;

RequestId Cluster::submit(const Now& now, Target target, SendOptions options,
                          std::unique_ptr<Operation> operation) {
  const RequestId id =
      impl_->submit(now, std::move(target), std::move(options), std::move(operation));
  impl_->settle(now);
  return id;
}

void Cluster::cancel(RequestId id) { impl_->cancel(id); }

std::optional<std::int16_t> Cluster::version_of(NodeId node, ApiKey key) const {
  return impl_->version_of(node, key);
}

std::optional<std::int16_t> Cluster::feature_level(std::string_view feature) const {
  if (!impl_->features_known_) return std::nullopt;
  const auto found = impl_->feature_levels_.find(feature);
  return found == impl_->feature_levels_.end() ? std::int16_t{0} : found->second;
}

Cluster::NodeState Cluster::state(NodeId node, Lane lane) const { return impl_->state(node, lane); }

void Cluster::connect(const Now& now, NodeId node, Lane lane) {
  impl_->connect(now, node, lane);
  impl_->settle(now);
}

bool Cluster::hold_answers(NodeId node, Lane lane) {
  Channel* channel = impl_->find_channel(node, lane);
  return channel != nullptr && channel->connection.hold_answers();
}

void Cluster::take_answers(NodeId node, Lane lane) {
  if (Channel* channel = impl_->find_channel(node, lane)) channel->connection.take_answers();
}

std::size_t Cluster::in_flight(NodeId node, Lane lane) const {
  const Channel* channel = impl_->find_channel(node, lane);
  return channel == nullptr ? 0 : channel->connection.in_flight();
}

std::optional<Instant> Cluster::throttled_until(NodeId node, Lane lane) const {
  const Channel* channel = impl_->find_channel(node, lane);
  if (channel == nullptr || channel->throttled_until <= impl_->last_now_) return std::nullopt;
  return channel->throttled_until;
}

std::string Cluster::describe(NodeId node) const { return impl_->describe(node); }
const Error& Cluster::last_connection_error() const noexcept {
  return impl_->last_connection_error();
}

const Metadata& Cluster::metadata() const noexcept { return impl_->metadata_; }

void Cluster::watch_topic(const Now& now, std::string_view topic) {
  impl_->schedule_.watch(now, topic);
  impl_->settle(now);
}

void Cluster::unwatch_topic(std::string_view topic) { impl_->schedule_.unwatch(topic); }

void Cluster::watch_all_topics(const Now& now, bool all) {
  impl_->schedule_.watch_all(now, all);
  impl_->settle(now);
}

void Cluster::refresh_metadata(const Now& now) {
  impl_->schedule_.request(now);
  impl_->settle(now);
}

void Cluster::learn_leader(std::string_view topic, std::int32_t partition, NodeId leader,
                           std::int32_t leader_epoch) {
  impl_->updater_.apply_leader(topic, partition, leader, leader_epoch);
}

void Cluster::learn_node(const BrokerMetadata& node) { impl_->updater_.apply_broker(node); }

NodeId Cluster::coordinator(CoordinatorType type, std::string_view key) const {
  return impl_->coordinators_.find({type, std::string(key)});
}

void Cluster::forget_coordinator(CoordinatorType type, std::string_view key) {
  impl_->coordinators_.forget({type, std::string(key)});
}

void Cluster::close(const Now& now) { impl_->close(now); }

bool Cluster::has_unwritten_bytes() const {
  for (const auto& [key, channel] : impl_->channels_.all()) {
    if (!channel->is_closed() && channel->connection.unwritten() > 0) return true;
  }
  return false;
}

void Cluster::on_resolved(const Now& now, network::LookupId id,
                          Result<std::vector<network::Address>> addresses) {
  Connection* connection = impl_->context_.lookup(id);
  if (connection == nullptr) return;
  connection->on_resolved(now, std::move(addresses));
  impl_->touch(now, *connection);
}

void Cluster::on_connected(const Now& now, network::ConnectionId id) {
  Connection* connection = impl_->context_.stream(id);
  if (connection == nullptr) return;
  connection->on_connected(now);
  impl_->touch(now, *connection);
}

void Cluster::on_accepted(const Now&, network::ConnectionId, network::ListenerId,
                          const network::Address&) {}

std::span<std::byte> Cluster::receive_buffer(network::ConnectionId id) {
  Connection* connection = impl_->context_.stream(id);
  if (connection == nullptr) return impl_->discarded_;
  return connection->receive_buffer();
}

void Cluster::on_received(const Now& now, network::ConnectionId id, std::size_t count) {
  Connection* connection = impl_->context_.stream(id);
  if (connection == nullptr) return;
  connection->on_received(now, count);
  impl_->touch(now, *connection);
}

void Cluster::on_written(const Now& now, network::ConnectionId id, std::size_t count) {
  Connection* connection = impl_->context_.stream(id);
  if (connection == nullptr) return;
  connection->on_written(count);
  impl_->touch(now, *connection);
}

void Cluster::on_closed(const Now& now, network::ConnectionId id, Error reason) {
  Connection* connection = impl_->context_.stream(id);
  if (connection == nullptr) return;
  connection->on_closed(now, reason);
  impl_->touch(now, *connection);
}

std::optional<Instant> Cluster::next_deadline() const { return impl_->next_deadline(); }

void Cluster::advance(const Now& now) {
  impl_->advance(now);
  impl_->finish_event(now);
}

}  // namespace barnabas::client
