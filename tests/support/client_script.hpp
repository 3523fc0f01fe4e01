#pragma once

#include "protocol/base/time.hpp"
#include "protocol/base/version_range.hpp"
#include "protocol/network/network.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tests/support/script_network.hpp"

#include <barnabas/api_key.hpp>
#include <barnabas/error.hpp>
#include <barnabas/uuid.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::test {

/// A request as a scripted broker received it. `request` views `frame`.
template <class Request>
struct Received {
  Request request;
  std::int16_t version = 0;
  std::int32_t node = -1;
  network::ConnectionId connection{};
  std::uint64_t sequence = 0;
  std::shared_ptr<const std::vector<std::byte>> frame;

  const Request* operator->() const { return &request; }
};

/// What goes wrong at a step of a script, see ClientScript::fail_step.
enum class StepFault : std::uint8_t {
  error,  ///< The look-up fails, the connection is refused, the connection ends without the answer.
  silence,  ///< Nothing comes any more: no look-up result, no connection, no answer.
};

/// Scripted brokers for a client engine, on virtual time and without any I/O. Look-ups,
/// connections, ApiVersions, Metadata and FindCoordinator are answered by themselves, from a small
/// model of a cluster that the test sets up; all other requests wait for the test:
///
///   ClientScript script;
///   script.add_node(1, "kafka-1");
///   script.add_topic("orders", {1, 1});              // two partitions, both led by node 1
///   SomeEngine engine(options, script.network(), ...);
///   script.drive(engine);
///   engine.do_something(script.now());
///   auto request = script.expect<protocol::ProduceRequest>(1);
///   script.answer(request, response);                // or script.disconnect(1)
///   script.advance(100ms);
class ClientScript {
 public:
  struct Node {
    network::HostPort host;
    std::vector<network::Address> addresses;  ///< What the name resolves to; empty: look-up fails.
    bool up = true;                           ///< Down: connections are refused.
    std::set<network::Address> dead;          ///< Addresses where connections are never answered.
    std::optional<std::string> rack;
  };
  struct Partition {
    std::int32_t leader = -1;
    std::int32_t epoch = 0;
    ErrorCode error = ErrorCode::none;
  };
  struct Topic {
    Uuid id;
    ErrorCode error = ErrorCode::none;
    std::vector<Partition> partitions;
  };

  ClientScript();

  /// For the engine's constructor.
  ScriptNetwork& network() { return network_; }
  /// Whom to deliver events to. Lifetime: outlives the script's use.
  /// `after_events` runs after each event, as EngineBinding::start describes.
  void drive(network::Engine& engine, std::function<void()> after_events = {}) {
    engine_ = &engine;
    after_events_ = std::move(after_events);
  }
  /// Delivers no events any more.
  void stop() { engine_ = nullptr; }
  const Now& now() const { return now_; }

  // --- The cluster's model; changes count from the next request on.

  /// A broker at `host`:9092, which resolves to 10.0.0.`id`.
  Node& add_node(std::int32_t id, std::string host);
  Node& node(std::int32_t id) { return nodes_.at(id); }
  /// A topic whose partitions have these leaders, epoch 0, and a topic id of its own.
  Topic& add_topic(const std::string& name, const std::vector<std::int32_t>& leaders);
  Topic& topic(const std::string& name) { return topics_.at(name); }
  bool has_topic(const std::string& name) const { return topics_.count(name) > 0; }
  /// Empty when no topic has the id.
  std::string topic_name(const Uuid& id) const;
  void remove_topic(const std::string& name) { topics_.erase(name); }
  /// Moves a partition's leader and raises its epoch.
  void move_leader(const std::string& topic, std::int32_t partition, std::int32_t leader);
  /// Who coordinates every group and transaction; default: the first node.
  void set_coordinator(std::int32_t node) { coordinator_ = node; }
  void set_controller(std::int32_t node) { controller_ = node; }
  /// What brokers say that they serve; default: everything that we speak.
  void set_versions(ApiKey key, VersionRange range) { ranges_[key] = range; }
  void set_feature(std::string name, std::int16_t level) { features_[std::move(name)] = level; }
  /// Leaves requests of this kind, which are answered by default, to the test.
  void answer_by_hand(ApiKey key) { by_hand_.insert(key); }

  /// Answers every `Request` by `handler(const Received<Request>&) -> std::optional<Response>`;
  /// nothing leaves it to the test.
  template <class Request, class Handler>
  void serve(Handler handler) {
    handlers_[Request::api_key] = [handler](const Raw& raw) -> std::optional<Bytes> {
      const Received<Request> received = decode<Request>(raw);
      std::optional<typename Request::Response> response = handler(received);
      if (!response) return std::nullopt;
      return encode(*response, raw);
    };
  }

  // --- Time and events

  /// Lets everything happen that needs no time to pass.
  void settle();
  /// Lets time pass; the engine's deadlines are met one by one, each at its time.
  void advance(Duration duration);
  /// Lets time pass until `condition()` or for `limit`; returns the last condition.
  bool advance_until(const std::function<bool()>& condition, Duration limit);

  // --- Requests

  /// The oldest request that was not taken yet, of `node` alone when given; fails the test when
  /// there is none or when it is of another kind.
  template <class Request>
  Received<Request> expect(std::optional<std::int32_t> node = std::nullopt) {
    settle();
    Raw* raw = oldest(node);
    if (raw == nullptr) FAIL("no request where " << Request::message_name << " was expected");
    if (raw->api != Request::api_key) {
      FAIL(name(raw->api) << " where " << Request::message_name << " was expected");
    }
    raw->taken = true;
    return decode<Request>(*raw);
  }
  /// The oldest request of this kind that was not taken yet, if there is one.
  template <class Request>
  std::optional<Received<Request>> take() {
    settle();
    Raw* raw = oldest(std::nullopt, Request::api_key);
    if (raw == nullptr) return std::nullopt;
    raw->taken = true;
    return decode<Request>(*raw);
  }
  /// Requests that were not taken yet.
  std::size_t waiting();

  /// Answers a request, in the order of requests on its connection as brokers do, and settles.
  template <class Request>
  void answer(const Received<Request>& received, const typename Request::Response& response) {
    if (Raw* raw = find(received.sequence)) put_answer(*raw, encode(response, *raw));
    settle();
  }
  /// Sends bytes that are no proper answer, size prefix included, and settles.
  void send_raw(network::ConnectionId connection, std::span<const std::byte> bytes);

  /// Ends the connections of a node or one connection, from the broker's side, and settles.
  void disconnect(std::int32_t node);
  void disconnect(network::ConnectionId connection);
  /// Open connections of a node, negotiated or not, the oldest first.
  std::vector<network::ConnectionId> connections(std::int32_t node) const;
  /// Connections that were asked for so far, whatever became of them.
  std::size_t connection_attempts() const { return connection_attempts_; }
  std::size_t lookups() const { return lookups_; }
  /// How many requests of this kind have arrived.
  std::size_t arrived(ApiKey key) const;

  // --- Fault matrix

  /// Has step number `step` fail. A step is the outcome of a look-up or of a connection, or an
  /// answer.
  void fail_step(std::size_t step, StepFault fault) {
    fault_step_ = step;
    fault_ = fault;
  }
  std::size_t steps() const { return step_; }

 private:
  using Bytes = std::vector<std::byte>;
  struct Raw {
    ApiKey api{};
    std::int16_t version = 0;
    std::int32_t correlation_id = 0;
    std::int32_t node = -1;
    network::ConnectionId connection{};
    std::uint64_t sequence = 0;
    bool taken = false;
    std::optional<Bytes> answer;
    std::shared_ptr<const Bytes> frame;
  };
  struct Stream {
    std::int32_t node = -1;
    bool silent = false;
    Bytes received;
    std::deque<Raw> requests;  // unanswered, in order
  };

  template <class Request>
  static Received<Request> decode(const Raw& raw) {
    Received<Request> received{{}, raw.version, raw.node, raw.connection, raw.sequence, raw.frame};
    Result<wire::ReceivedRequest> header =
        wire::decode_request_header(BytesView(raw.frame->data(), raw.frame->size()));
    Result<Request> request = wire::decode_body<Request>(header->body, raw.version);
    if (!request) FAIL(request.error().to_string());
    received.request = *std::move(request);
    return received;
  }
  template <class Response>
  static Bytes encode(const Response& response, const Raw& raw) {
    Result<wire::GatherBuffer> frame =
        wire::encode_response(response, raw.version, raw.correlation_id);
    if (!frame) FAIL(frame.error().to_string());
    return frame->flatten();
  }

  enum class Outcome : std::uint8_t { normal, error, silence };
  Outcome next_step();
  bool do_lookups();
  bool do_connects();
  bool do_requests();
  bool do_answers();
  void split(network::ConnectionId id, Stream& stream);
  void take_request(network::ConnectionId id, Stream& stream, std::shared_ptr<const Bytes> frame);
  std::optional<Bytes> answer_by_itself(const Raw& raw) const;
  std::optional<Bytes> answer_versions(const Raw& raw) const;
  std::optional<Bytes> answer_metadata(const Raw& raw) const;
  std::optional<Bytes> answer_coordinator(const Raw& raw) const;
  void put_answer(Raw& raw, Bytes answer) { raw.answer = std::move(answer); }
  Raw* oldest(std::optional<std::int32_t> node, std::optional<ApiKey> api = std::nullopt);
  Raw* find(std::uint64_t sequence);
  std::optional<std::int32_t> node_at(const network::Address& address) const;

  ScriptNetwork network_;
  network::Engine* engine_ = nullptr;
  std::function<void()> after_events_;
  Now now_;
  std::map<std::int32_t, Node> nodes_;
  std::map<std::string, Topic> topics_;
  std::map<ApiKey, VersionRange> ranges_;
  std::map<std::string, std::int16_t> features_;
  std::set<ApiKey> by_hand_;
  std::map<ApiKey, std::function<std::optional<Bytes>(const Raw&)>> handlers_;
  std::map<ApiKey, std::size_t> arrived_;
  std::map<network::ConnectionId, Stream> streams_;
  std::optional<std::int32_t> coordinator_;
  std::optional<std::int32_t> controller_;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t last_topic_id_ = 0;
  std::size_t connection_attempts_ = 0;
  std::size_t lookups_ = 0;
  std::size_t step_ = 0;
  std::optional<std::size_t> fault_step_;
  StepFault fault_ = StepFault::error;
};

/// Runs `scenario(ClientScript&)` once for each step and each kind of fault, with that step
/// failing, until a run has no such step. The scenario's checks say what must hold in spite of the
/// fault. Returns the number of faults tried.
std::size_t run_fault_matrix(const std::function<void(ClientScript&)>& scenario);

}  // namespace barnabas::test
