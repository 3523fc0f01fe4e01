#pragma once

#include "client/src/core/cluster/broker_choice.hpp"
#include "client/src/core/cluster/channel.hpp"
#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/cluster/completion_queue.hpp"
#include "client/src/core/cluster/coordinator_cache.hpp"
#include "client/src/core/cluster/metadata_schedule.hpp"
#include "client/src/core/cluster/metadata_updater.hpp"
#include "protocol/base/deadline_queue.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::protocol {
struct FindCoordinatorResponse;
struct MetadataResponse;
}  // namespace barnabas::protocol

namespace barnabas::client {

/// A request between send() and its completion.
struct PendingRequest {
  PendingRequest(std::unique_ptr<Operation> erased, Target where, SendOptions how)
      : operation(std::move(erased)), target(std::move(where)), options(std::move(how)) {}

  std::unique_ptr<Operation> operation;
  Target target;
  SendOptions options;
  ReplyInfo info;
  std::uint32_t failures = 0;  ///< Attempts that ended badly.
  bool repeated_stale = false;
  Error last_error;
};

/// The parts of a cluster tied together. The functions are in one file per concern:
/// cluster_requests.cpp, cluster_channels.cpp, cluster_metadata.cpp, cluster_coordinators.cpp.
class Cluster::Impl final : public ConnectionEvents {
 public:
  Impl(Cluster& self, ClusterOptions options, network::Network& network, ClusterListener& listener,
       Logger& logger, std::uint64_t seed);

  // --- Requests
  RequestId submit(const Now& now, Target target, SendOptions options,
                   std::unique_ptr<Operation> operation);
  void cancel(RequestId id);
  void close(const Now& now);
  /// To be called at the end of every call from outside: starts what has become possible.
  void settle(const Now& now);
  /// To be called at the end of every event: settles and tells the engine.
  void finish_event(const Now& now);
  std::optional<Instant> next_deadline() const;
  void advance(const Now& now);

  // --- Channels
  Channel* find_channel(NodeId node, Lane lane) const { return channels_.find(node, lane); }
  NodeState state(NodeId node, Lane lane) const;
  void connect(const Now& now, NodeId node, Lane lane);
  std::string describe(NodeId node) const;
  const Error& last_connection_error() const noexcept { return last_connection_error_; }
  std::optional<std::int16_t> version_of(NodeId node, ApiKey key) const;

  /// To be called after an event of `connection`.
  void touch(const Now& now, Connection& connection);

 private:
  friend class Cluster;

  enum class Timer : std::uint8_t { request_timeout, request_retry, channel };
  using TimerKey = std::pair<Timer, std::uint64_t>;
  static TimerKey timer(Timer kind, RequestId id) { return {kind, static_cast<std::uint64_t>(id)}; }
  static TimerKey timer(const Channel& channel);

  // Requests
  PendingRequest* find(RequestId id);
  void route(const Now& now, RequestId id);
  void route_to_node(const Now& now, RequestId id, PendingRequest& request, NodeId node);
  void route_to_coordinator(const Now& now, RequestId id, PendingRequest& request);
  void route_all(const Now& now, const std::vector<RequestId>& ids);
  void write(const Now& now, Channel& channel, RequestId id, PendingRequest& request);
  Result<void> try_write(const Now& now, Channel& channel, RequestId id, PendingRequest& request);
  void cancel_timers(RequestId id);
  void leave_queue_of(RequestId id);
  void succeed(RequestId id);
  void fail(RequestId id, Error error);
  /// The attempt failed: tries again if that is allowed and makes sense, else completes.
  void attempt_failed(const Now& now, RequestId id, const Error& error, bool was_stale = false);
  void throttle(const Now& now, const Connection& connection, std::int32_t throttle_time_ms);
  bool answer_calls_for_retry(const Now& now, PendingRequest& request, ErrorCode code);
  void retry_later(const Now& now, RequestId id, PendingRequest& request);
  void timed_out(RequestId id);

  // Channels
  void on_connection_ready(const Now& now, Connection& connection) override;
  Result<void> on_response(const Now& now, Connection& connection, const SentRequest& sent,
                           const wire::Reader& body, std::shared_ptr<const void> frame) override;
  void on_connection_lost(const Now& now, Connection& connection,
                          const std::vector<SentRequest>& unanswered, const Error& reason) override;
  void pump(const Now& now, Channel& channel);
  void open(const Now& now, Channel& channel);
  void set_timer(const Now& now, const Channel& channel);
  const network::HostPort* host_of(NodeId node) const;  // null: not part of the cluster
  std::vector<Channel*> any_candidates(const Now& now);
  void serve_any(const Now& now);
  void fail_single_attempts(const Now& now);
  bool is_superseded(const Channel& channel) const;

  // Metadata
  void ask_metadata(const Now& now);
  void take_metadata(const Now& now, const Reply<protocol::MetadataResponse>& reply,
                     const MetadataSchedule::Refresh& refresh);
  void metadata_failed(const Now& now, const Error& reason);
  void rebootstrap(const Now& now, const char* why);

  // Coordinators
  void ask_coordinators(const Now& now);
  void take_coordinator(const Now& now, const CoordinatorKey& key,
                        const Reply<protocol::FindCoordinatorResponse>& reply);

  Cluster& self_;
  const ClusterOptions options_;
  network::Network& network_;
  ClusterListener& listener_;
  Logger& logger_;
  Random random_;
  Backoff reconnect_backoff_;
  Backoff retry_backoff_;

  ConnectionContext context_;
  ChannelSet channels_;
  Metadata metadata_;
  MetadataUpdater updater_;
  MetadataSchedule schedule_;
  CoordinatorCache coordinators_;

  std::map<RequestId, PendingRequest> pending_;
  std::uint64_t last_request_id_ = 0;
  std::deque<RequestId> waiting_any_;
  std::optional<Instant> any_look_again_;
  bool an_attempt_failed_ = false;  // since serve_any looked last
  std::vector<RequestId> waiting_metadata_;
  CompletionQueue completions_;
  DeadlineQueue<TimerKey> timers_;
  Instant last_now_{};
  Error last_connection_error_;
  std::map<std::string, std::int16_t, std::less<>> feature_levels_;
  bool features_known_ = false;
  bool outage_logged_ = false;
  bool closed_ = false;
  std::byte discarded_[256];  // where bytes of connections that are gone end up
};

}  // namespace barnabas::client
