#pragma once

#include "client/src/core/cluster/address_rotation.hpp"
#include "client/src/core/cluster/broker_versions.hpp"
#include "client/src/core/cluster/cluster_options.hpp"
#include "client/src/core/cluster/request.hpp"
#include "client/src/core/cluster/version_negotiation.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"
#include "protocol/network/frame_buffers.hpp"
#include "protocol/network/frame_reader.hpp"
#include "protocol/network/network.hpp"

#include <barnabas/api_key.hpp>
#include <barnabas/error.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::client {

class Connection;

/// Reads the throttle_time_ms of one kind of response.
using ThrottleTimeReader = Result<std::int32_t> (*)(std::int16_t version, const wire::Reader& body);

/// A request that was written and whose answer is due.
struct SentRequest {
  RequestId id{};
  ApiKey key{};
  std::int16_t version = 0;
  std::int32_t correlation_id = 0;
  Instant deadline{};
  bool after_idle = false;  ///< The connection had been idle, so it may have died unnoticed.
  /// Reads throttle_time_ms (KIP-219) from an answer that nobody waits for any more.
  ThrottleTimeReader throttle_time = nullptr;
};

/// What a connection tells its owner, who may write to it and close it from within, but not open or
/// destroy it.
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;
  virtual void on_connection_ready(const Now& now, Connection& connection) = 0;
  /// The answer to the oldest request under way. An error means that it could not be understood,
  /// and ends the connection.
  virtual Result<void> on_response(const Now& now, Connection& connection,
                                   const SentRequest& request, const wire::Reader& body,
                                   std::shared_ptr<const void> frame) = 0;
  /// The connection ended, or could not be made, for another reason than close() or idleness.
  virtual void on_connection_lost(const Now& now, Connection& connection,
                                  const std::vector<SentRequest>& unanswered,
                                  const Error& reason) = 0;
};

/// What the connections of one cluster share.
struct ConnectionContext {
  const ClusterOptions& options;
  network::Network& network;
  Random& random;
  ConnectionEvents& events;
  std::uint64_t last_id = 0;
  network::FrameBuffers buffers = network::FrameBuffers();
  std::map<network::ConnectionId, Connection*> streams = {};
  std::map<network::LookupId, Connection*> lookups = {};

  /// Whom an event concerns; nullptr when it crossed a close on its way.
  Connection* stream(network::ConnectionId id) const {
    const auto found = streams.find(id);
    return found == streams.end() ? nullptr : found->second;
  }
  Connection* lookup(network::LookupId id) const {
    const auto found = lookups.find(id);
    return found == lookups.end() ? nullptr : found->second;
  }
};

/// One connection to one broker, which can be opened again after it ended.
///
///   state        event                               next state
///   -----------  ----------------------------------  ------------------------------------------
///   closed       open                                resolving
///   resolving    addresses                           connecting, to the first of them
///   resolving    no address, setup time-out          closed
///   connecting   connected                           negotiating; ApiVersions is written
///   connecting   refused, setup time-out             connecting to the next address, or closed
///   negotiating  the broker's versions               ready
///   negotiating  version refused                     negotiating, with a lower one
///   negotiating  ended, malformed, setup time-out    connecting to the next address, or closed
///   ready        an answer in order                  ready
///   ready        ended, malformed, wrong answer,     closed
///                request time-out
///   ready        idle for connections_max_idle       closed, without an event
///   any          close                               closed, without an event
///
/// A TLS or SASL exchange will be a state of its own between connecting and ready.
class Connection {
 public:
  enum class State : std::uint8_t { closed, resolving, connecting, negotiating, ready };

  Connection(ConnectionContext& context, NodeId node, Lane lane);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  NodeId node() const noexcept { return node_; }
  Lane lane() const noexcept { return lane_; }
  State state() const noexcept { return state_; }

  /// Requires: closed. `host` is looked up anew.
  void open(const Now& now, network::HostPort host);
  void close();

  /// For the next write; unique among the requests under way.
  std::int32_t next_correlation_id() noexcept;
  /// Writes a request. Requires: ready. `request.after_idle` is filled in.
  void write(const Now& now, wire::GatherBuffer bytes, SentRequest request, bool expects_response);

  /// See Cluster.
  bool hold_answers();
  void take_answers();

  /// Whether `id` was written and waits for its answer.
  bool is_under_way(RequestId id) const noexcept;
  /// Ends the connection as if it had been lost. Requires: ready.
  void give_up(const Now& now, const Error& reason) { lose(now, reason); }

  std::size_t in_flight() const noexcept { return in_flight_.size(); }
  std::uint64_t unwritten() const noexcept { return written_ - handed_over_; }
  /// Requires: ready.
  const BrokerVersions& versions() const noexcept { return versions_; }
  /// What the answer to ApiVersions said about waiting.
  std::int32_t throttle_time_ms() const noexcept { return negotiation_.throttle_time_ms(); }
  /// Where it is or was connected to, for messages; nothing before the first look-up.
  const std::optional<network::Address>& address() const noexcept { return address_; }
  const network::HostPort& host() const noexcept { return host_; }

  std::optional<Instant> next_deadline() const;
  void advance(const Now& now);

  void on_resolved(const Now& now, Result<std::vector<network::Address>> addresses);
  void on_connected(const Now& now);
  std::span<std::byte> receive_buffer() { return reader_.receive_buffer(); }
  void on_received(const Now& now, std::size_t count);
  void on_written(std::size_t count) { handed_over_ += count; }
  void on_closed(const Now& now, const Error& reason);

 private:
  void connect_next(const Now& now);
  void ask_versions(const Now& now);
  void take_frame(const Now& now, const network::Frame& frame);
  void take_versions(const Now& now, const wire::Reader& body);
  void take_answer(const Now& now, const network::Frame& frame);
  /// The attempt with this address failed: tries the next one.
  void setup_failed(const Now& now, const Error& reason);
  void lose(const Now& now, const Error& reason);
  void drop_stream();
  void expect_setup(const Now& now);

  ConnectionContext& context_;
  NodeId node_;
  Lane lane_;
  State state_ = State::closed;

  network::HostPort host_;
  AddressRotation addresses_;
  std::optional<network::Address> address_;
  network::LookupId lookup_{};
  network::ConnectionId stream_{};
  std::uint32_t setup_failures_ = 0;
  Instant setup_deadline_{};
  Error setup_error_;

  network::FrameReader reader_;
  VersionNegotiation negotiation_;
  BrokerVersions versions_;
  std::int32_t correlation_id_ = 0;
  std::deque<SentRequest> in_flight_;
  Instant last_activity_{};
  std::uint64_t written_ = 0;
  std::uint64_t handed_over_ = 0;
};

}  // namespace barnabas::client
