#pragma once

#include <barnabas/api_key.hpp>
#include <barnabas/error_code.hpp>
#include <barnabas/topic_partition.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas {

/// In filters: every kind of request.
inline constexpr ApiKey any_api{-1};

/// A request as observers and interceptors see it. Views are valid during the call.
struct RequestInfo {
  ApiKey api{};
  std::int16_t version = 0;
  std::int32_t correlation_id = 0;
  std::int32_t node_id = 0;                ///< The node that was asked.
  std::string_view client_id;              ///< Empty when the client gave none.
  std::vector<TopicPartition> partitions;  ///< The partitions it names, for kinds that name any.
  std::string_view text;                   ///< The request in one line; secrets are hidden.
};

/// What becomes of a request: served as usual, unless one of these says otherwise. Several faults
/// that hit one request add up.
struct Verdict {
  enum class Reply : std::uint8_t {
    send,        ///< As usual.
    drop,        ///< Never sent; nothing more is sent on the connection, as by a broker that hangs.
    disconnect,  ///< Not sent; the connection is closed instead.
  };

  /// The request has no effect and is answered with this error, for every partition or item that
  /// the fault's filters name.
  std::optional<ErrorCode> error;
  /// The request has no effect; the connection stays open and silent.
  bool drop_request = false;
  /// The request has no effect; the connection is closed.
  bool disconnect_before = false;
  /// The request waits before it takes effect, and whatever follows on its connection with it.
  std::chrono::milliseconds delay{0};
  /// The request waits until the fault is released or removed.
  bool hold = false;

  // After the request took effect:

  Reply reply = Reply::send;
  /// The response waits, and whatever follows on its connection with it.
  std::chrono::milliseconds delay_response{0};
  /// Only so many bytes of the response frame (with its 4 bytes of length) are sent, then the
  /// connection is closed.
  std::optional<std::size_t> cut_after;
  /// The body ends after so many bytes, and the frame's length says so: a response that cannot be
  /// decoded. One that is not longer loses its last byte.
  std::optional<std::size_t> shorten_body;
  /// What the response says in throttle_time_ms, where it has that field.
  std::chrono::milliseconds throttle{0};
  /// All bits of this byte of the response frame are flipped, counting from 0; a place beyond the
  /// end means the last byte.
  std::optional<std::size_t> corrupt_byte;
  /// The response carries another correlation id.
  bool wrong_correlation_id = false;

  Verdict() = default;
};

/// Something that goes wrong, for which requests, and how often; see Broker::inject. Filters narrow
/// each other. Without `times` or `always` a fault strikes once.
///
///   broker.inject(Fault::error(ApiKey::Produce, ErrorCode::not_leader_or_follower)
///                     .topic("orders").partition(3).times(2));
///
/// Thread-safety: a value; distinct objects are independent.
class Fault {
 public:
  using Observer = std::function<void(const RequestInfo&)>;

  static Fault error(ApiKey api, ErrorCode code) {
    return with(api, [&](Verdict& verdict) { verdict.error = code; });
  }
  /// See Verdict for what the following do.
  static Fault delay(ApiKey api, std::chrono::milliseconds time) {
    return with(api, [&](Verdict& verdict) { verdict.delay = time; });
  }
  static Fault delay_response(ApiKey api, std::chrono::milliseconds time) {
    return with(api, [&](Verdict& verdict) { verdict.delay_response = time; });
  }
  static Fault hold(ApiKey api) {
    return with(api, [](Verdict& verdict) { verdict.hold = true; });
  }
  static Fault drop_request(ApiKey api) {
    return with(api, [](Verdict& verdict) { verdict.drop_request = true; });
  }
  static Fault drop_response(ApiKey api) {
    return with(api, [](Verdict& verdict) { verdict.reply = Verdict::Reply::drop; });
  }
  static Fault disconnect_before(ApiKey api) {
    return with(api, [](Verdict& verdict) { verdict.disconnect_before = true; });
  }
  static Fault disconnect_after(ApiKey api) {
    return with(api, [](Verdict& verdict) { verdict.reply = Verdict::Reply::disconnect; });
  }
  static Fault cut_response(ApiKey api, std::size_t bytes) {
    return with(api, [&](Verdict& verdict) { verdict.cut_after = bytes; });
  }
  static Fault corrupt_response(ApiKey api, std::size_t byte) {
    return with(api, [&](Verdict& verdict) { verdict.corrupt_byte = byte; });
  }
  static Fault short_response(ApiKey api, std::size_t bytes) {
    return with(api, [&](Verdict& verdict) { verdict.shorten_body = bytes; });
  }
  static Fault throttle(ApiKey api, std::chrono::milliseconds time) {
    return with(api, [&](Verdict& verdict) { verdict.throttle = time; });
  }
  static Fault wrong_correlation_id(ApiKey api) {
    return with(api, [](Verdict& verdict) { verdict.wrong_correlation_id = true; });
  }
  /// Only looks. `observer` runs on the broker's thread, must be quick and must not call the
  /// broker.
  static Fault observe(ApiKey api, Observer observer) {
    Fault fault(api, Verdict());
    fault.observer_ = std::move(observer);
    return fault.always();
  }
  /// Any combination.
  static Fault with_verdict(ApiKey api, Verdict verdict) { return Fault(api, std::move(verdict)); }

  /// Strikes `count` matching requests, then is used up.
  Fault times(std::uint64_t count) const {
    return changed([&](Fault& fault) { fault.times_ = count; });
  }
  /// Strikes until it is removed.
  Fault always() const { return times(std::numeric_limits<std::uint64_t>::max()); }
  /// Lets the first `count` matching requests pass.
  Fault after(std::uint64_t count) const {
    return changed([&](Fault& fault) { fault.skip_ = count; });
  }
  /// Only requests that name this topic; an error concerns only this topic.
  Fault topic(std::string_view name) const {
    return changed([&](Fault& fault) { fault.topic_ = name; });
  }
  /// Only requests that name a partition of this index; an error concerns only such partitions.
  Fault partition(std::int32_t index) const {
    return changed([&](Fault& fault) { fault.partition_ = index; });
  }
  /// Only requests of clients with this client id.
  Fault client(std::string_view client_id) const {
    return changed([&](Fault& fault) { fault.client_id_ = client_id; });
  }
  /// Only requests that reach this node.
  Fault node(std::int32_t node_id) const {
    return changed([&](Fault& fault) { fault.node_id_ = node_id; });
  }

  ApiKey api() const noexcept { return api_; }
  const Verdict& verdict() const noexcept { return verdict_; }
  const Observer& observer() const noexcept { return observer_; }
  std::uint64_t times() const noexcept { return times_; }
  std::uint64_t skip() const noexcept { return skip_; }
  const std::optional<std::string>& topic() const noexcept { return topic_; }
  std::optional<std::int32_t> partition() const noexcept { return partition_; }
  const std::optional<std::string>& client_id() const noexcept { return client_id_; }
  std::optional<std::int32_t> node_id() const noexcept { return node_id_; }

 private:
  Fault(ApiKey api, Verdict verdict) : api_(api), verdict_(std::move(verdict)) {}
  template <class Change>
  static Fault with(ApiKey api, Change&& change) {
    Verdict verdict;
    change(verdict);
    return Fault(api, std::move(verdict));
  }
  template <class Change>
  Fault changed(Change&& change) const {
    Fault copy = *this;
    change(copy);
    return copy;
  }

  ApiKey api_;
  Verdict verdict_;
  Observer observer_;
  std::uint64_t times_ = 1;
  std::uint64_t skip_ = 0;
  std::optional<std::string> topic_;
  std::optional<std::int32_t> partition_;
  std::optional<std::string> client_id_;
  std::optional<std::int32_t> node_id_;
};

/// Names an injected fault or interceptor.
enum class FaultId : std::uint64_t {};

/// Decides about each request of a kind; see Broker::intercept.
using Interceptor = std::function<Verdict(const RequestInfo&)>;

}  // namespace barnabas
