#include "broker/src/core/broker_engine.hpp"

#include "protocol/base/random.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker {
namespace {

// Each part draws from a stream of its own, so that one cannot disturb another.
std::uint64_t seed_for(std::uint64_t seed, std::uint64_t part) {
  return Random(seed + part).next();
}

storage::StorageConfig storage_config(const BrokerSettings& settings, std::uint64_t seed) {
  storage::StorageConfig config = settings.storage;
  config.node_id = settings.node_id;
  config.new_cluster_id = Random(seed_for(seed, 1)).uuid();
  return config;
}

}  // namespace

BrokerEngine::BrokerEngine(BrokerSettings settings, std::span<const ApiRoute> routes,
                           network::Network& network, storage::Disk& disk, Logger logger,
                           std::uint64_t seed)
    : settings_(std::move(settings)),
      network_(network),
      logger_(std::move(logger)),
      cluster_(settings_),
      logs_(disk, storage_config(settings_, seed), logger_),
      topics_(settings_, cluster_, logs_, *this, seed_for(seed, 2)),
      fetch_sessions_(settings_.fetch.max_sessions, settings_.fetch.session_eviction,
                      seed_for(seed, 3)),
      coordinators_(cluster_, settings_.topics.offsets_partitions),
      offsets_topic_(topics_, logs_, commit_waits_, coordinators_, [this] { return now_; }),
      groups_(settings_.group, offsets_topic_, seed_for(seed, 4)),
      services_{settings_,     logger_,        routes,          cluster_,
                topics_,       logs_,          fetch_sessions_, delayed_fetches_,
                commit_waits_, batch_checker_, coordinators_,   groups_},
      dispatcher_(services_, faults_, gate_),
      connections_(settings_.connections, network, dispatcher_, logger_) {
  dispatcher_.attach(connections_);
}

Result<void> BrokerEngine::start(const Now& now) {
  enter(now);
  Result<void> opened = logs_.open(now);
  if (opened) {
    topics_.load();
    opened = offsets_topic_.replay(groups_);
  }
  if (!opened) {
    state_ = State::failed;
    failure_ = opened.error();
    return opened;
  }
  groups_.loaded(now);
  state_ = State::starting;
  settle(now);
  return {};
}

void BrokerEngine::serve(const Now& now) {
  if (state_ != State::ready) return;
  enter(now);
  state_ = State::serving;
}

void BrokerEngine::stop(const Now& now) {
  const bool running =
      state_ == State::starting || state_ == State::ready || state_ == State::serving;
  if (!running) return;
  enter(now);
  connections_.close_where(now, [](const Connection&) { return true; });
  commit_waits_.fail_all(now, ErrorCode::broker_not_available);
  state_ = State::stopping;
  logs_.close(now);
  settle(now);
}

void BrokerEngine::enter(const Now& now) {
  now_ = now;
  dispatcher_.set_now(now);
}

void BrokerEngine::settle(const Now& now) {
  do connections_.settle(now);
  while (follow_logs(now));
  update_state(now);
}

// Wakes what waits for the logs that have moved on. False when none has.
bool BrokerEngine::follow_logs(const Now& now) {
  const std::vector<storage::PartitionLog*> advanced = logs_.take_advanced();
  for (storage::PartitionLog* log : advanced) {
    commit_waits_.log_advanced(now, *log);
    delayed_fetches_.log_advanced(now, *log);
  }
  const bool hopeless =
      logs_.state() == storage::LogManager::State::failed && commit_waits_.size() > 0;
  if (hopeless) commit_waits_.fail_all(now, ErrorCode::kafka_storage_error);
  return !advanced.empty() || hopeless;
}

void BrokerEngine::update_state(const Now& now) {
  using Storage = storage::LogManager::State;
  const Storage storage = logs_.state();
  if (storage == Storage::failed && failure_.ok()) {
    failure_ = logs_.failure();
    logger_.log(now, LogLevel::error, "the data folder failed; nothing is stored any more",
                {{"error", failure_}});
    if (state_ == State::starting) state_ = State::failed;
  }
  if (state_ == State::starting && storage == Storage::running) state_ = State::ready;
  if (state_ == State::stopping) {
    if (storage == Storage::stopped) state_ = State::stopped;
    if (storage == Storage::failed) state_ = State::failed;
  }
}

void BrokerEngine::add_listener(NodeId node, network::ListenerId listener,
                                network::HostPort advertised) {
  cluster_.add_listener(node, listener, std::move(advertised));
}

Result<void> BrokerEngine::check_node(NodeId node) const {
  if (cluster_.find(node)) return {};
  return Error(ErrorCode::broker_not_available, "there is no node " + std::to_string(node));
}

Result<void> BrokerEngine::stop_node(const Now& now, NodeId node) {
  if (const Result<void> known = check_node(node); !known) return known;
  enter(now);
  cluster_.set_running(node, false);
  connections_.close_where(now, [&](const Connection& connection) {
    const std::optional<ListenerPlace> place = cluster_.place_of(connection.peer().listener);
    return place && place->node == node;
  });
  topics_.leave_stopped_nodes(now);
  settle(now);
  return {};
}

Result<void> BrokerEngine::start_node(const Now& now, NodeId node) {
  if (const Result<void> known = check_node(node); !known) return known;
  enter(now);
  cluster_.set_running(node, true);
  topics_.leave_stopped_nodes(now);
  settle(now);
  return {};
}

Result<const Topic*> BrokerEngine::create_topic(const Now& now, TopicRequest request) {
  enter(now);
  Result<const Topic*> created = topics_.create(now, std::move(request));
  settle(now);
  return created;
}

Result<void> BrokerEngine::delete_topic(const Now& now, std::string_view name) {
  enter(now);
  Result<void> deleted = topics_.remove(now, name);
  settle(now);
  return deleted;
}

Result<void> BrokerEngine::move_leader(const Now& now, const TopicPartition& partition,
                                       NodeId node) {
  enter(now);
  Result<void> moved = topics_.move_leader(now, partition, node);
  settle(now);
  return moved;
}

Result<void> BrokerEngine::move_coordinator(const Now& now, std::string_view group_id,
                                            NodeId node) {
  if (const Result<void> known = check_node(node); !known) return known;
  enter(now);
  coordinators_.move(group_id, node);
  settle(now);
  return {};
}

void BrokerEngine::release(const Now& now, FaultId id) {
  enter(now);
  faults_.remove(id);
  gate_.release(id);
  dispatcher_.advance(now);
  settle(now);
}

void BrokerEngine::topic_deleted(const Now& now, const Topic& topic) {
  for (const Partition& partition : topic.partitions) {
    commit_waits_.fail(now, *partition.log, ErrorCode::unknown_topic_or_partition);
    delayed_fetches_.log_changed(now, *partition.log);
  }
  groups_.topic_deleted(topic.name);
}

void BrokerEngine::leader_moved(const Now& now, const Topic& topic, std::int32_t partition) {
  delayed_fetches_.log_changed(now, *topic.find(partition)->log);
}

void BrokerEngine::on_resolved(const Now&, network::LookupId,
                               Result<std::vector<network::Address>>) {}

void BrokerEngine::on_connected(const Now&, network::ConnectionId) {}

void BrokerEngine::on_accepted(const Now& now, network::ConnectionId id,
                               network::ListenerId listener, const network::Address& peer) {
  enter(now);
  const std::optional<ListenerPlace> place = cluster_.place_of(listener);
  if (state_ != State::serving || !place || !cluster_.is_running(place->node)) {
    network_.close(id);
    return;
  }
  connections_.accepted(now, {id, listener, peer});
}

std::span<std::byte> BrokerEngine::receive_buffer(network::ConnectionId id) {
  return connections_.receive_buffer(id);
}

void BrokerEngine::on_received(const Now& now, network::ConnectionId id, std::size_t count) {
  enter(now);
  connections_.received(now, id, count);
  settle(now);
}

void BrokerEngine::on_written(const Now& now, network::ConnectionId id, std::size_t count) {
  enter(now);
  connections_.written(now, id, count);
  settle(now);
}

void BrokerEngine::on_closed(const Now& now, network::ConnectionId id, Error reason) {
  enter(now);
  connections_.closed(now, id, reason);
  settle(now);
}

void BrokerEngine::on_synced(const Now& now, storage::SyncId id, Result<void> result) {
  enter(now);
  logs_.on_synced(now, id, std::move(result));
  settle(now);
}

std::optional<Instant> BrokerEngine::next_deadline() const {
  std::optional<Instant> next;
  for (const std::optional<Instant> deadline :
       {connections_.next_deadline(), dispatcher_.next_deadline(), delayed_fetches_.next_deadline(),
        commit_waits_.next_deadline(), groups_.next_deadline(), logs_.next_deadline()}) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

void BrokerEngine::advance(const Now& now) {
  enter(now);
  connections_.advance(now);
  dispatcher_.advance(now);
  delayed_fetches_.advance(now);
  commit_waits_.advance(now);
  groups_.advance(now);
  logs_.advance(now);
  settle(now);
}

}  // namespace barnabas::broker
