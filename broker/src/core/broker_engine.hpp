#pragma once

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/config/broker_settings.hpp"
#include "broker/src/core/connection/connection_table.hpp"
#include "broker/src/core/fault/fault_gate.hpp"
#include "broker/src/core/fault/fault_table.hpp"
#include "broker/src/core/fetch/delayed_fetches.hpp"
#include "broker/src/core/fetch/fetch_session_cache.hpp"
#include "broker/src/core/group/coordinator_places.hpp"
#include "broker/src/core/group/group_coordinator.hpp"
#include "broker/src/core/group/offsets_topic.hpp"
#include "broker/src/core/produce/batch_checker.hpp"
#include "broker/src/core/request/api_route.hpp"
#include "broker/src/core/request/dispatcher.hpp"
#include "broker/src/core/storage/log_manager.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/core/wait/commit_waits.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/network/network.hpp"

#include <barnabas/fault.hpp>
#include <barnabas/log.hpp>
#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace barnabas::broker {

/// A whole broker without I/O: a function of its events, its seed and the time it is given.
///
///   state    | event                                             | next
///   ---------|---------------------------------------------------|---------
///   created  | start                                             | starting
///   starting | the data folder is ready                          | ready
///   ready    | serve                                             | serving
///   starting, ready, serving | stop                              | stopping
///   stopping | everything is on disk                             | stopped
///   starting, stopping | the disk failed                         | failed
///
/// Connections are taken only while serving; a disk that fails meanwhile leaves the broker serving
/// what can be read. Events of the network and of the disk, and the calls of whoever embeds the
/// broker, are serialised by the caller. What a call answers to clients is on its way when it
/// returns. Thread-safety: none.
class BrokerEngine final : public network::Engine,
                           public storage::DiskEvents,
                           private TopicListener {
 public:
  enum class State : std::uint8_t { created, starting, ready, serving, stopping, stopped, failed };

  /// `routes` is the router table. Lifetime: `network`, `disk` and the table outlive the engine.
  BrokerEngine(BrokerSettings settings, std::span<const ApiRoute> routes, network::Network& network,
               storage::Disk& disk, Logger logger, std::uint64_t seed);

  const BrokerSettings& settings() const noexcept { return settings_; }
  State state() const noexcept { return state_; }
  /// Why the broker failed; no error otherwise.
  const Error& failure() const noexcept { return failure_; }

  /// Opens and recovers the data folder and rebuilds groups from it.
  /// Errors: data_in_use, data_from_newer_version, io_error, and what a damaged group log says.
  Result<void> start(const Now& now);
  /// Takes connections from now on; all listeners are known. Requires: ready.
  void serve(const Now& now);
  /// Closes all connections and puts everything on disk.
  void stop(const Now& now);

  // What clients see of the nodes
  // ------------------------------------------------------------------

  const Cluster& cluster() const noexcept { return cluster_; }
  /// See Cluster. Requires: not serving yet.
  void add_listener(NodeId node, network::ListenerId listener, network::HostPort advertised);
  /// Drops the node's connections and moves what it led to running nodes.
  /// Errors: broker_not_available for an unknown node.
  Result<void> stop_node(const Now& now, NodeId node);
  Result<void> start_node(const Now& now, NodeId node);

  // Topics ----------------------------------------------------------------------------------------

  const TopicRegistry& topics() const noexcept { return topics_; }
  /// See TopicRegistry.
  Result<const Topic*> create_topic(const Now& now, TopicRequest request);
  Result<void> delete_topic(const Now& now, std::string_view name);
  Result<void> move_leader(const Now& now, const TopicPartition& partition, NodeId node);
  /// From now on `node` coordinates the group. Errors: broker_not_available.
  Result<void> move_coordinator(const Now& now, std::string_view group_id, NodeId node);

  // Faults ----------------------------------------------------------------------------------------

  FaultId inject(Fault fault) { return faults_.add(std::move(fault)); }
  FaultId intercept(ApiKey api, Interceptor interceptor) {
    return faults_.add(api, std::move(interceptor));
  }
  std::uint64_t fault_hits(FaultId id) const { return faults_.hits(id); }
  /// Removes a fault and lets go on what it held.
  void release(const Now& now, FaultId id);

  std::size_t connections() const noexcept { return connections_.size(); }

  // Events ----------------------------------------------------------------------------------------

  void on_resolved(const Now& now, network::LookupId id,
                   Result<std::vector<network::Address>> addresses) override;
  void on_connected(const Now& now, network::ConnectionId id) override;
  void on_accepted(const Now& now, network::ConnectionId id, network::ListenerId listener,
                   const network::Address& peer) override;
  std::span<std::byte> receive_buffer(network::ConnectionId id) override;
  void on_received(const Now& now, network::ConnectionId id, std::size_t count) override;
  void on_written(const Now& now, network::ConnectionId id, std::size_t count) override;
  void on_closed(const Now& now, network::ConnectionId id, Error reason) override;
  void on_synced(const Now& now, storage::SyncId id, Result<void> result) override;
  std::optional<Instant> next_deadline() const override;
  void advance(const Now& now) override;

 private:
  void topic_deleted(const Now& now, const Topic& topic) override;
  void leader_moved(const Now& now, const Topic& topic, std::int32_t partition) override;

  void enter(const Now& now);
  void settle(const Now& now);
  bool follow_logs(const Now& now);
  void update_state(const Now& now);
  Result<void> check_node(NodeId node) const;

  BrokerSettings settings_;
  network::Network& network_;
  Logger logger_;
  State state_ = State::created;
  Error failure_;
  Now now_;  // of the event under way

  Cluster cluster_;
  storage::LogManager logs_;
  TopicRegistry topics_;
  FetchSessionCache fetch_sessions_;
  DelayedFetches delayed_fetches_;
  CommitWaits commit_waits_;
  BatchChecker batch_checker_;
  CoordinatorPlaces coordinators_;
  OffsetsTopic offsets_topic_;
  GroupCoordinator groups_;
  Services services_;
  FaultTable faults_;
  FaultGate gate_;
  Dispatcher dispatcher_;
  ConnectionTable connections_;
};

}  // namespace barnabas::broker
