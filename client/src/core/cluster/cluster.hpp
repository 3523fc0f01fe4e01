#pragma once

#include "client/src/core/cluster/cluster_listener.hpp"
#include "client/src/core/cluster/cluster_options.hpp"
#include "client/src/core/cluster/metadata.hpp"
#include "client/src/core/cluster/operation.hpp"
#include "client/src/core/cluster/request.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/network/network.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas::client {

/// Connections to the brokers of one Kafka cluster, what is known about it, and requests routed to
/// the right broker: the part that producer, consumer and admin are built on. Sans-I/O: it asks
/// `network` and is driven by the events of network::Engine; deterministic in events, seed and
/// time.
///
/// Callbacks (completions and the listener) run only inside on_...() and advance(), never inside
/// any other call made on the cluster, except close(). They may call everything but close().
/// After a call from outside an event, next_deadline() may be due at once.
/// Thread-safety: none; the engine's lock covers it.
class Cluster final : public network::Engine {
 public:
  /// Does nothing until something is asked of it.
  /// Lifetime: `network`, `listener` and `logger` outlive the cluster.
  /// `seed` draws backoff jitter and the choice among equal brokers.
  Cluster(ClusterOptions options, network::Network& network, ClusterListener& listener,
          Logger& logger, std::uint64_t seed);
  ~Cluster() override;

  // --- Requests

  /// Sends `Request` to `target`.
  /// `build(std::int16_t version) -> Result<Request>` is called when the request is encoded,
  /// perhaps within send() and again for each retry; what the request views need live only during
  /// the call, except record data, which `options.keep_alive` must own. Its error ends the request.
  /// `done(const Now&, Reply<Request::Response>)` runs exactly once, unless cancelled, and never
  /// within send(). The version is the highest that both sides and the options allow; when there is
  /// none the error is unsupported_by_broker and names the ranges.
  /// Requests of one caller to the same node and lane are written in the order of send().
  /// `inspect(const Request::Response&) -> ErrorCode` names the error that tells whether the answer
  /// came from the wrong broker or calls for a retry, for responses that have it in an item.
  template <class Request, class Build, class Done, class Inspect = TopLevelError>
  RequestId send(const Now& now, Target target, SendOptions options, Build build, Done done,
                 Inspect inspect = Inspect()) {
    return submit(now, std::move(target), std::move(options),
                  make_operation<Request>(std::move(build), std::move(done), std::move(inspect)));
  }

  /// Gives the request up: its completion is destroyed without being run. An answer still under way
  /// is discarded when it comes. Unknown or completed ids are ignored.
  void cancel(RequestId id);

  /// The highest version of `key` that `node` and this client both speak; nothing while the node's
  /// versions are unknown or when there is none.
  std::optional<std::int16_t> version_of(NodeId node, ApiKey key) const;
  /// The finalized level of a feature ("transaction.version", "group.version") as last reported by
  /// any broker; nothing while no broker has been asked. 0 when the cluster lacks it.
  std::optional<std::int16_t> feature_level(std::string_view feature) const;

  // --- Connections

  enum class NodeState : std::uint8_t {
    unknown,       ///< Metadata does not know the node.
    disconnected,  ///< Nothing under way; connect() or send() would start at once.
    backing_off,   ///< Failed recently; the next attempt waits.
    connecting,    ///< Looking up, connecting or negotiating.
    ready,         ///< Requests go out at once.
  };
  NodeState state(NodeId node, Lane lane = Lane::general) const;
  /// Starts connecting when disconnected; ends in ClusterListener::on_node_ready or on_node_lost.
  void connect(const Now& now, NodeId node, Lane lane = Lane::general);
  /// Has answers on the lane wait in the system's buffers until `take_answers`, if the network
  /// finds that a good idea (Network::hold_reading). Returns whether it does. Ends with the
  /// connection: the next one is read. Who holds answers takes them in time for the requests'
  /// time-outs.
  bool hold_answers(NodeId node, Lane lane);
  void take_answers(NodeId node, Lane lane);
  /// Requests written on the lane that wait for their answer.
  std::size_t in_flight(NodeId node, Lane lane = Lane::general) const;
  /// When the broker's throttle_time_ms allows the next request on the lane (KIP-219); requests
  /// sent earlier wait in the cluster.
  std::optional<Instant> throttled_until(NodeId node, Lane lane = Lane::general) const;
  /// "broker 2 (10.0.0.2:9092)"; for messages.
  std::string describe(NodeId node) const;

  // --- Metadata

  const Metadata& metadata() const noexcept;
  /// Why the connection that failed last did so; no error when none has failed.
  const Error& last_connection_error() const noexcept;
  /// Registers interest: the topic is part of every refresh, the first is asked for at once.
  void watch_topic(const Now& now, std::string_view topic);
  /// Ends it; the topic is forgotten with the next refresh.
  void unwatch_topic(std::string_view topic);
  /// Refreshes cover every topic of the cluster, for subscriptions by pattern.
  void watch_all_topics(const Now& now, bool all);
  /// Asks for fresh metadata, because of an error or a missing leader. Requests of this kind are
  /// merged and spaced by the retry backoff; on_metadata follows.
  void refresh_metadata(const Now& now);
  /// Takes over a leader named in a Produce or Fetch response (KIP-951). Ignored when the epoch is
  /// not newer than the known one.
  void learn_leader(std::string_view topic, std::int32_t partition, NodeId leader,
                    std::int32_t leader_epoch);
  void learn_node(const BrokerMetadata& node);

  // --- Coordinators

  /// no_node while unknown.
  NodeId coordinator(CoordinatorType type, std::string_view key) const;
  /// Forgets it, because of NOT_COORDINATOR or COORDINATOR_NOT_AVAILABLE below the top level of a
  /// response; top-level codes and disconnects are seen by the cluster itself.
  void forget_coordinator(CoordinatorType type, std::string_view key);

  // --- Life

  /// Completes every request with `closed`, closes every connection, and ignores everything after.
  /// Completions run within this call.
  void close(const Now& now);
  /// Until every byte handed over for `no_response` requests was written, close may be deferred.
  bool has_unwritten_bytes() const;

  // --- network::Engine

  void on_resolved(const Now& now, network::LookupId id,
                   Result<std::vector<network::Address>> addresses) override;
  void on_connected(const Now& now, network::ConnectionId id) override;
  void on_accepted(const Now& now, network::ConnectionId id, network::ListenerId listener,
                   const network::Address& peer) override;
  std::span<std::byte> receive_buffer(network::ConnectionId id) override;
  void on_received(const Now& now, network::ConnectionId id, std::size_t count) override;
  void on_written(const Now& now, network::ConnectionId id, std::size_t count) override;
  void on_closed(const Now& now, network::ConnectionId id, Error reason) override;
  std::optional<Instant> next_deadline() const override;
  void advance(const Now& now) override;

 private:
  RequestId submit(const Now& now, Target target, SendOptions options,
                   std::unique_ptr<Operation> operation);

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barnabas::client
