#pragma once

#include "protocol/network/network.hpp"
#include "protocol/transport/event_loop.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::test {

using namespace std::chrono_literals;

inline wire::GatherBuffer text_buffer(std::string_view text) {
  wire::GatherBuffer buffer;
  buffer.append(BytesView(text).span());
  return buffer;
}

/// An engine that writes down what it hears and does what a test hangs into it.
class TestEngine final : public network::Engine {
 public:
  using Id = network::ConnectionId;

  std::vector<std::string> events;     ///< "connected 1", "closed 1", ... but for data.
  std::map<Id, std::string> received;  ///< All bytes of each connection.
  std::map<Id, std::size_t> written;
  std::vector<Id> accepted;
  std::vector<network::Address> peers;  ///< Of the accepted ones.
  std::map<Id, Error> ends;
  std::vector<network::Address> resolved;
  Error resolve_error;
  std::optional<Instant> deadline;
  int advances = 0;
  std::size_t buffer_size = 16384;

  std::function<void(Id)> when_connected = [](Id) {};
  std::function<void(Id)> when_accepted = [](Id) {};
  std::function<void(Id, std::string_view)> when_received = [](Id, std::string_view) {};
  std::function<void(Id)> when_written = [](Id) {};
  std::function<void(const Now&)> when_advanced = [](const Now&) {};

  void on_resolved(const Now&, network::LookupId,
                   Result<std::vector<network::Address>> addresses) override {
    events.push_back("resolved");
    if (addresses) {
      resolved = *std::move(addresses);
    } else {
      resolve_error = addresses.error();
    }
  }
  void on_connected(const Now&, Id id) override {
    log("connected", id);
    when_connected(id);
  }
  void on_accepted(const Now&, Id id, network::ListenerId, const network::Address& peer) override {
    accepted.push_back(id);
    peers.push_back(peer);
    when_accepted(id);
  }
  std::span<std::byte> receive_buffer(Id) override {
    buffer_.resize(buffer_size);
    return buffer_;
  }
  void on_received(const Now&, Id id, std::size_t count) override {
    const std::string_view text(reinterpret_cast<const char*>(buffer_.data()), count);
    received[id] += text;
    when_received(id, text);
  }
  void on_written(const Now&, Id id, std::size_t count) override {
    written[id] += count;
    when_written(id);
  }
  void on_closed(const Now&, Id id, Error reason) override {
    log("closed", id);
    ends[id] = std::move(reason);
  }
  std::optional<Instant> next_deadline() const override { return deadline; }
  void advance(const Now& now) override {
    ++advances;
    if (deadline && *deadline <= now.monotonic) deadline.reset();
    when_advanced(now);
  }

 private:
  void log(const char* what, Id id) {
    events.push_back(std::string(what) + " " + std::to_string(static_cast<std::uint64_t>(id)));
  }
  std::vector<std::byte> buffer_;
};

/// An engine with its mutex and its place in a loop.
struct TestNode {
  std::mutex mutex;
  TestEngine engine;
  std::shared_ptr<transport::EngineHost> host;

  explicit TestNode(transport::EventLoop& loop, transport::HostHooks hooks = {},
                    const transport::SocketOptions& options = {})
      : host(loop.host(mutex, options)) {
    host->start(engine, std::move(hooks));
  }
  ~TestNode() { host->stop(); }
  TestNode(const TestNode&) = delete;
  TestNode& operator=(const TestNode&) = delete;

  /// Enters the engine as an application's thread does.
  void visit(const std::function<void(network::Network&)>& ask) {
    std::unique_lock lock(mutex);
    ask(host->network());
    host->leave(lock);
  }
  void connect(TestEngine::Id id, std::uint16_t port, std::string_view host_name = "127.0.0.1") {
    visit([&](network::Network& network) {
      network.connect(id, network::parse_literal(host_name, port).front());
    });
  }
  void write(TestEngine::Id id, std::string_view text) {
    visit([&](network::Network& network) { network.write(id, text_buffer(text)); });
  }
  std::uint16_t listen(std::string host_name = "127.0.0.1") {
    return host->listen(network::ListenerId{1}, {std::move(host_name), 0}).value();
  }
  /// Sends back whatever arrives.
  void echo() {
    engine.when_received = [this](TestEngine::Id id, std::string_view text) {
      host->network().write(id, text_buffer(text));
    };
  }
};

inline std::unique_ptr<transport::EventLoop> make_loop() {
  return transport::EventLoop::create().value();
}

/// Runs the loop on this thread until `done`; a test fails when that takes longer than ten seconds.
template <class Condition>
void run_until(transport::EventLoop& loop, Condition done) {
  const Instant deadline = std::chrono::steady_clock::now() + 10s;
  while (!done()) {
    const Duration left = deadline - std::chrono::steady_clock::now();
    REQUIRE_MESSAGE(left > 0s, "waited too long");
    loop.run_once(left);
  }
}

/// Runs the loop until it has nothing more to do at once.
inline void run_idle(transport::EventLoop& loop) {
  for (int turn = 0; turn < 20; ++turn) loop.run_once(0s);
}

}  // namespace barnabas::test
