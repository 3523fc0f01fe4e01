#pragma once

#include "broker/src/core/broker_engine.hpp"
#include "broker/src/handlers/routes.hpp"
#include "broker/src/io/memory_disk.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/script_network.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::broker::test {

using network::ConnectionId;
using namespace std::chrono_literals;

/// A whole broker engine in virtual time, on a scripted network and a disk in memory, with a
/// client's side of the protocol: requests are encoded, answers decoded.
class EngineWorld {
 public:
  explicit EngineWorld(BrokerSettings settings = {}) : settings_(std::move(settings)) { start(); }

  /// A clean stop and a new engine on the same disk.
  void restart() {
    engine().stop(now);
    deliver_disk();
    CHECK(engine().state() == BrokerEngine::State::stopped);
    engine_.reset();
    disk.restart();
    start();
  }
  /// The power fails and comes back.
  void crash() {
    engine_.reset();
    disk.crash();
    start();
  }

  BrokerEngine& engine() { return *engine_; }
  const Topic& topic(std::string_view name) {
    const Topic* found = engine().topics().find(name);
    REQUIRE(found);
    return *found;
  }
  storage::PartitionLog& log(std::string_view name, std::int32_t partition = 0) {
    return *topic(name).find(partition)->log;
  }
  void create_topic(std::string name, std::int32_t partitions = 1,
                    storage::TopicProperties properties = {}) {
    TopicRequest request;
    request.name = std::move(name);
    request.partitions = partitions;
    request.properties = std::move(properties);
    REQUIRE(engine().create_topic(now, std::move(request)));
    deliver_disk();
  }

  /// A new connection to a node.
  ConnectionId connect(NodeId node = 1, std::uint64_t listener = 0) {
    const ConnectionId id{next_connection_++};
    network.accept(*engine_, now, id, listener_of(node, listener));
    return id;
  }
  bool closed(ConnectionId id) { return network.connections[id].closed; }
  void send_bytes(ConnectionId id, BytesView bytes) {
    std::vector<std::byte>& unread = unread_[id];
    unread.insert(unread.end(), bytes.begin(), bytes.end());
    pump();
  }
  /// Delivers what the broker did not read before because it had paused a connection.
  void pump() {
    for (auto& [id, bytes] : unread_) {
      const std::size_t taken = network.receive(*engine_, now, id, bytes);
      bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    if (sync_at_once) deliver_disk();
  }
  /// Sends a request and returns its correlation id.
  template <class Request>
  std::int32_t send(ConnectionId id, const Request& request, std::int16_t version,
                    std::string_view client_id = "test") {
    const std::int32_t correlation = next_correlation_++;
    const auto frame = wire::encode_request(request, version, correlation, client_id);
    REQUIRE_MESSAGE(frame, frame.error().to_string());
    const std::vector<std::byte> bytes = frame->flatten();
    send_bytes(id, {bytes.data(), bytes.size()});
    return correlation;
  }
  /// The next whole frame that the broker sent on a connection, without its size.
  std::optional<BytesView> take_frame(ConnectionId id) {
    std::vector<std::byte>& written = network.connections[id].written;
    if (written.size() < wire::frame_size_bytes) return std::nullopt;
    const auto size =
        std::size_t{wire::load_big_endian<std::uint32_t>(written.data())} + wire::frame_size_bytes;
    if (written.size() < size) return std::nullopt;
    const auto end = written.begin() + static_cast<std::ptrdiff_t>(size);
    const auto& frame = frames_.emplace_back(written.begin(), end);
    written.erase(written.begin(), end);
    engine_->on_written(now, id, size);
    return BytesView(frame.data() + wire::frame_size_bytes, size - wire::frame_size_bytes);
  }
  /// The next answer on a connection, decoded; nothing when there is none.
  template <class Request>
  std::optional<typename Request::Response> receive(ConnectionId id, std::int16_t version,
                                                    std::optional<std::int32_t> correlation = {}) {
    const std::optional<BytesView> frame = take_frame(id);
    if (!frame) return std::nullopt;
    const auto header = wire::decode_response_header(*frame, Request::api_key, version);
    REQUIRE(header);
    if (correlation) CHECK(header->correlation_id == *correlation);
    auto response = wire::decode_body<typename Request::Response>(header->body, version);
    REQUIRE_MESSAGE(response, response.error().to_string());
    return std::move(*response);
  }
  /// Sends a request and expects its answer at once.
  template <class Request>
  typename Request::Response call(ConnectionId id, const Request& request, std::int16_t version) {
    const std::int32_t correlation = send(id, request, version);
    auto response = receive<Request>(id, version, correlation);
    REQUIRE_MESSAGE(response, "no answer; log: ", lines.empty() ? "" : lines.back());
    return std::move(*response);
  }

  /// Lets time pass.
  void pass(Duration time) {
    now.monotonic += time;
    now.wall += std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    engine_->advance(now);
    pump();
  }
  void deliver_disk() {
    while (disk.has_completions()) disk.deliver(now, *engine_);
  }

  Now now{Instant(1000s), 1'700'000'000'000};
  barnabas::test::ScriptNetwork network;
  io::MemoryDisk disk;
  std::vector<std::string> lines;  ///< Of the log, warnings and graver.
  bool sync_at_once = true;        ///< Else `deliver_disk` has to be called.

 private:
  void start() {
    engine_ = std::make_unique<BrokerEngine>(
        settings_, routes(), network, disk,
        Logger([this](LogLevel, std::string_view line) { lines.emplace_back(line); },
               LogLevel::warning),
        42);
    const Result<void> started = engine_->start(now);
    REQUIRE_MESSAGE(started, started.error().to_string());
    deliver_disk();
    REQUIRE(engine_->state() == BrokerEngine::State::ready);
    for (NodeId node = settings_.node_id; node < settings_.node_id + settings_.nodes; ++node) {
      for (std::uint64_t i = 0; i < settings_.listeners.size(); ++i) {
        const auto port = static_cast<std::uint16_t>(9000 + 10 * node + static_cast<NodeId>(i));
        engine_->add_listener(node, listener_of(node, i), {"host" + std::to_string(node), port});
      }
    }
    engine_->serve(now);
  }
  static network::ListenerId listener_of(NodeId node, std::uint64_t index) {
    return network::ListenerId{static_cast<std::uint64_t>(node) * 10 + index};
  }

  BrokerSettings settings_;
  std::unique_ptr<BrokerEngine> engine_;
  std::list<std::vector<std::byte>> frames_;  // what decoded answers view
  std::map<ConnectionId, std::vector<std::byte>> unread_;
  std::uint64_t next_connection_ = 1;
  std::int32_t next_correlation_ = 100;
};

inline BrokerSettings with_nodes(std::int32_t count) {
  BrokerSettings settings;
  settings.nodes = count;
  return settings;
}

}  // namespace barnabas::broker::test
