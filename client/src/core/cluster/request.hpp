#pragma once

#include "protocol/base/time.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// What callers of a Cluster say about a request, and what they get back.

namespace barnabas::client {

/// A broker's node id. Bootstrap servers, whose id is not known yet, have ids below -1.
using NodeId = std::int32_t;
inline constexpr NodeId no_node = -1;

/// Names a request from send() to its completion; never reused within one cluster.
enum class RequestId : std::uint64_t {};

/// The wire value of FindCoordinator's key_type.
enum class CoordinatorType : std::int8_t { group = 0, transaction = 1, share = 2 };

/// Which connection to a node carries a request. Brokers answer one connection in order, so what
/// may wait at the broker (a long poll, a join) has a connection of its own.
enum class Lane : std::uint8_t {
  general,      ///< Metadata, Produce, offsets, admin.
  fetch,        ///< Fetch long polls.
  coordinator,  ///< Everything sent to Target::coordinator.
};

/// Where a request goes.
class Target {
 public:
  enum class Kind : std::uint8_t { node, any, controller, coordinator };

  /// The broker with this id, wherever metadata says it listens.
  static Target node(NodeId id) { return Target(Kind::node, id, {}, {}); }
  /// The least busy broker that can be reached; a bootstrap server before metadata is known.
  static Target any() { return Target(Kind::any, no_node, {}, {}); }
  /// The controller, or any broker when metadata names none (brokers forward since 4.0).
  static Target controller() { return Target(Kind::controller, no_node, {}, {}); }
  /// The coordinator of a group or a transactional id; looked up when it is not known.
  static Target coordinator(CoordinatorType type, std::string_view key) {
    return Target(Kind::coordinator, no_node, type, std::string(key));
  }

  Kind kind() const noexcept { return kind_; }
  NodeId node_id() const noexcept { return node_; }
  CoordinatorType coordinator_type() const noexcept { return type_; }
  const std::string& key() const noexcept { return key_; }

 private:
  Target(Kind kind, NodeId node, CoordinatorType type, std::string key)
      : kind_(kind), type_(type), node_(node), key_(std::move(key)) {}

  Kind kind_;
  CoordinatorType type_ = CoordinatorType::group;
  NodeId node_;
  std::string key_;
};

/// What the cluster does by itself when an attempt fails.
enum class Retry : std::uint8_t {
  /// Nothing: one attempt on one connection; the caller decides. A connection that is not open is
  /// opened first, and failing to do so ends the request.
  none,
  /// Connection failures, disconnects, answers that cannot be understood and retriable error codes
  /// are tried again with backoff until `timeout`; a changed controller or coordinator is looked up
  /// anew. A connection that turns out
  /// to have died while idle costs one immediate, silent repetition.
  standard,
};

/// How one request is to be sent. Chainable setters, documented defaults.
class SendOptions {
 public:
  SendOptions() = default;

  /// Limit for everything: look-ups, connecting, all attempts. Passing it completes the request
  /// with timed_out; an answer still under way is discarded when it comes.
  /// Default: ClusterOptions::api_timeout.
  SendOptions& timeout(Duration value) { return timeout_ = value, *this; }
  /// Limit for one answer, from the write on. Passing it closes the connection, because the late
  /// answer would be taken for the next one. Must exceed what the broker may wait on purpose (fetch
  /// wait, rebalance timeout). Default: ClusterOptions::request_timeout.
  SendOptions& request_timeout(Duration value) { return request_timeout_ = value, *this; }
  /// Narrows the versions that may be chosen, for instance because a feature needs one.
  SendOptions& min_version(std::int16_t value) { return min_version_ = value, *this; }
  SendOptions& max_version(std::int16_t value) { return max_version_ = value, *this; }
  /// Default: Retry::none.
  SendOptions& retry(Retry value) { return retry_ = value, *this; }
  /// Default: coordinator for Target::coordinator, else general.
  SendOptions& lane(Lane value) { return lane_ = value, *this; }
  /// The broker sends no answer (Produce with acks=0): complete, with a default response, once the
  /// request was handed to the network.
  SendOptions& no_response() { return no_response_ = true, *this; }
  /// Ties the lifetime of what the request borrows (record batches) to the bytes on their way out.
  SendOptions& keep_alive(std::shared_ptr<const void> owner) {
    return keep_alive_ = std::move(owner), *this;
  }

  std::optional<Duration> timeout() const noexcept { return timeout_; }
  std::optional<Duration> request_timeout() const noexcept { return request_timeout_; }
  std::int16_t min_version() const noexcept { return min_version_; }
  std::int16_t max_version() const noexcept { return max_version_; }
  Retry retry() const noexcept { return retry_; }
  std::optional<Lane> lane() const noexcept { return lane_; }
  bool expects_response() const noexcept { return !no_response_; }
  const std::shared_ptr<const void>& keep_alive() const noexcept { return keep_alive_; }

 private:
  std::optional<Duration> timeout_;
  std::optional<Duration> request_timeout_;
  std::int16_t min_version_ = 0;
  std::int16_t max_version_ = std::numeric_limits<std::int16_t>::max();
  Retry retry_ = Retry::none;
  bool no_response_ = false;
  std::optional<Lane> lane_;
  std::shared_ptr<const void> keep_alive_;
};

/// The outcome of one request.
/// Lifetime: the response views `frame`; keep a copy of `frame` to keep views alive.
template <class Response>
struct Reply {
  /// The decoded response, whatever error codes it carries, or why there is none:
  /// connection_failed (never sent), disconnected, request_timed_out (the broker did not answer
  /// in time), timed_out (options.timeout), unsupported_by_broker, malformed_message, closed,
  /// or what the build function returned.
  Result<Response> response;
  std::shared_ptr<const void> frame;
  NodeId node = no_node;      ///< Who answered, or was asked last.
  std::int16_t version = -1;  ///< The request's version, -1 when it was never encoded.
  bool written = false;       ///< Bytes went out, so the request may have taken effect.

  explicit operator bool() const noexcept { return response.has_value(); }
  const Response* operator->() const noexcept { return response.operator->(); }
  const Response& operator*() const noexcept { return *response; }
  const Error& error() const noexcept { return response.error(); }
};

}  // namespace barnabas::client
