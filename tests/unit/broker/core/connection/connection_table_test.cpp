#include "broker/src/core/connection/connection_table.hpp"

#include "tests/support/script_network.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

namespace barnabas::broker {
namespace {

using network::ConnectionId;
using namespace std::chrono_literals;

constexpr ConnectionId first{1}, second{2};

std::string frame(std::string_view content) {
  std::string bytes{'\0', '\0', '\0', static_cast<char>(content.size())};
  return bytes.append(content);
}

/// Answers each request with its own bytes, at once or when told.
class Echo final : public RequestServer {
 public:
  void serve(const Now&, Connection& connection, network::Frame request,
             RequestToken token) override {
    const std::string text(BytesView(request.bytes).text());
    requests.push_back(text);
    tokens.push_back(token);
    if (text == "hold") connection.hold();
    if (text == "end")
      return table->answer(token, Answer::close({ErrorCode::invalid_request, "x"}));
    if (at_once) answer(tokens.size() - 1);
  }
  void connection_closed(const Now&, ConnectionId id) override { gone.push_back(id); }

  void answer(std::size_t index) {
    wire::GatherBuffer bytes;
    bytes.append(BytesView(requests[index]));
    table->answer(tokens[index], Answer::send(std::move(bytes)));
  }

  ConnectionTable* table = nullptr;
  bool at_once = true;
  std::vector<std::string> requests;
  std::vector<RequestToken> tokens;
  std::vector<ConnectionId> gone;
};

struct World final : network::NetworkEvents {
  World() { echo.table = &table; }

  void accept(ConnectionId id, std::uint8_t host = 1) {
    network::Address peer;
    peer.bytes[0] = host;
    network.accept(*this, now, id, network::ListenerId{1}, peer);
  }
  std::size_t send(ConnectionId id, std::string_view bytes) {
    return network.receive(*this, now, id, BytesView(bytes).span());
  }
  std::string output(ConnectionId id) {
    const std::vector<std::byte> bytes = network.take_written(id);
    return std::string(BytesView(bytes.data(), bytes.size()).text());
  }
  bool closed(ConnectionId id) { return network.connections[id].closed; }
  void pass(Duration time) {
    now.monotonic += time;
    table.advance(now);
    table.settle(now);
  }

  void on_resolved(const Now&, network::LookupId, Result<std::vector<network::Address>>) override {}
  void on_connected(const Now&, ConnectionId) override {}
  void on_accepted(const Now&, ConnectionId id, network::ListenerId listener,
                   const network::Address& peer) override {
    table.accepted(now, {id, listener, peer});
  }
  std::span<std::byte> receive_buffer(ConnectionId id) override { return table.receive_buffer(id); }
  void on_received(const Now&, ConnectionId id, std::size_t count) override {
    table.received(now, id, count);
    table.settle(now);
  }
  void on_written(const Now&, ConnectionId id, std::size_t count) override {
    table.written(now, id, count);
    table.settle(now);
  }
  void on_closed(const Now&, ConnectionId id, Error reason) override {
    table.closed(now, id, reason);
  }

  ConnectionLimits limits;
  Now now{Instant(1000s), 0};
  test::ScriptNetwork network;
  Echo echo;
  std::vector<std::string> log;
  Logger logger{[this](LogLevel, std::string_view line) { log.emplace_back(line); },
                LogLevel::warning};
  ConnectionTable table{limits, network, echo, logger};
};

TEST_CASE("connection_table: requests in any split are served and answered") {
  World world;
  world.accept(first);
  for (const char byte : frame("one") + frame("two")) world.send(first, {&byte, 1});
  CHECK(world.echo.requests == std::vector<std::string>{"one", "two"});
  CHECK(world.output(first) == "onetwo");
  world.send(first, frame("three") + frame("four"));
  CHECK(world.output(first) == "threefour");
}

TEST_CASE("connection_table: answers keep the order of requests") {
  World world;
  world.echo.at_once = false;
  world.accept(first);
  world.send(first, frame("one") + frame("two"));
  world.echo.answer(1);
  world.table.settle(world.now);
  CHECK(world.output(first).empty());
  world.echo.answer(0);
  world.table.settle(world.now);
  CHECK(world.output(first) == "onetwo");
}

TEST_CASE("connection_table: too many open requests stop reading until some are answered") {
  World world;
  world.limits.max_open_requests = 2;
  world.echo.at_once = false;
  world.accept(first);
  world.send(first, frame("a") + frame("b") + frame("c"));
  CHECK(world.echo.requests.size() == 2);
  CHECK(world.network.connections[first].paused);
  world.echo.answer(0);
  world.table.settle(world.now);
  CHECK(world.echo.requests.size() == 3);
  CHECK(world.network.connections[first].paused);
  world.echo.answer(1);
  world.echo.answer(2);
  world.table.settle(world.now);
  CHECK_FALSE(world.network.connections[first].paused);
  CHECK(world.output(first) == "abc");
}

TEST_CASE("connection_table: a peer that takes no answers is read no more, then given up") {
  World world;
  world.limits.max_unsent_bytes = 4;
  world.accept(first);
  world.send(first, frame("12345") + frame("x"));
  CHECK(world.echo.requests.size() == 1);
  CHECK(world.network.connections[first].paused);
  world.on_written(world.now, first, 5);
  CHECK(world.echo.requests.size() == 2);
  CHECK_FALSE(world.network.connections[first].paused);
  world.pass(world.limits.write_timeout - 1ms);
  CHECK_FALSE(world.closed(first));
  world.pass(1ms);
  CHECK(world.closed(first));
  CHECK(world.log.size() == 1);
}

TEST_CASE("connection_table: a bad frame closes one connection with one line, after its answers") {
  World world;
  world.accept(first);
  world.accept(second);
  world.send(first, frame("good") + "\xFF\xFF\xFF\xFF rubbish");
  CHECK(world.output(first) == "good");
  CHECK(world.closed(first));
  CHECK(world.log.size() == 1);
  CHECK(world.echo.gone == std::vector<ConnectionId>{first});
  world.send(second, frame("still here"));
  CHECK(world.output(second) == "still here");
}

TEST_CASE("connection_table: a request that ends its connection does so in its turn") {
  World world;
  world.echo.at_once = false;
  world.accept(first);
  world.send(first, frame("slow") + frame("end") + frame("ignored"));
  CHECK_FALSE(world.closed(first));
  world.echo.answer(0);
  world.table.settle(world.now);
  CHECK(world.output(first) == "slow");
  CHECK(world.closed(first));
}

TEST_CASE("connection_table: a held connection serves nothing until released") {
  World world;
  world.accept(first);
  world.send(first, frame("hold") + frame("next"));
  CHECK(world.echo.requests == std::vector<std::string>{"hold"});
  CHECK(world.network.connections[first].paused);
  world.table.release(first);
  world.table.settle(world.now);
  CHECK(world.echo.requests == std::vector<std::string>{"hold", "next"});
  CHECK_FALSE(world.network.connections[first].paused);
}

TEST_CASE("connection_table: a half-sent frame has limited time") {
  World world;
  world.accept(first);
  world.pass(5s);
  world.send(first, frame("abc").substr(0, 6));
  world.pass(world.limits.frame_timeout - 1ms);
  CHECK_FALSE(world.closed(first));
  world.pass(10ms);
  CHECK(world.closed(first));
  CHECK(world.log.size() == 1);
  CHECK(world.log.front().find("6 bytes of it arrived") != std::string::npos);
}

TEST_CASE("connection_table: a large frame that keeps coming may take longer") {
  World world;
  world.accept(first);
  const std::string size{'\0', '\1', '\0', '\0'};  // 64 KiB
  world.send(first, size + std::string(32 * 1024, 'x'));
  world.pass(world.limits.frame_timeout + 30s);
  CHECK_FALSE(world.closed(first));
  world.pass(3s);
  CHECK(world.closed(first));
}

TEST_CASE("connection_table: idle connections are closed, busy ones are not") {
  World world;
  world.echo.at_once = false;
  world.accept(first);
  world.accept(second);
  world.send(second, frame("long poll"));
  world.pass(world.limits.max_idle);
  CHECK(world.closed(first));
  CHECK_FALSE(world.closed(second));
  world.echo.answer(0);
  world.table.settle(world.now);
  world.on_written(world.now, second, 9);
  world.pass(world.limits.max_idle - 1ms);
  CHECK_FALSE(world.closed(second));
  world.pass(1ms);
  CHECK(world.closed(second));
}

TEST_CASE("connection_table: the time in which we did not read is not the peer's") {
  World world;
  world.accept(first);
  world.send(first, frame("hold") + frame("half").substr(0, 6));
  world.on_written(world.now, first, 4);
  world.pass(world.limits.frame_timeout * 3);
  CHECK_FALSE(world.closed(first));
  world.table.release(first);
  world.table.settle(world.now);
  world.pass(world.limits.frame_timeout - 1ms);
  CHECK_FALSE(world.closed(first));
  world.pass(10ms);
  CHECK(world.closed(first));
}

TEST_CASE("connection_table: limits on connections, in all and from one address") {
  World world;
  world.limits.max_connections = 3;
  world.limits.max_connections_per_address = 2;
  world.accept(ConnectionId{1}, 7);
  world.accept(ConnectionId{2}, 7);
  world.accept(ConnectionId{3}, 7);
  CHECK(world.closed(ConnectionId{3}));
  world.accept(ConnectionId{4}, 8);
  CHECK_FALSE(world.closed(ConnectionId{4}));
  world.accept(ConnectionId{5}, 9);
  CHECK(world.closed(ConnectionId{5}));
  world.on_closed(world.now, ConnectionId{1}, {ErrorCode::disconnected});
  world.accept(ConnectionId{6}, 7);
  CHECK_FALSE(world.closed(ConnectionId{6}));
  CHECK(world.table.size() == 3);
}

TEST_CASE("connection_table: events and answers that cross a close are harmless") {
  World world;
  world.echo.at_once = false;
  world.accept(first);
  world.send(first, frame("one"));
  world.on_closed(world.now, first, {ErrorCode::disconnected});
  world.echo.answer(0);
  world.table.settle(world.now);
  CHECK_FALSE(world.table.receive_buffer(first).empty());
  world.on_received(world.now, first, 3);
  world.on_written(world.now, first, 3);
  CHECK(world.table.size() == 0);
}

}  // namespace
}  // namespace barnabas::broker
