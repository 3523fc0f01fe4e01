#include "client/src/core/cluster/connection.hpp"

#include "protocol/messages/api_versions.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/list_groups.hpp"
#include "tests/unit/client/core/cluster/cluster_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using namespace barnabas::client;
using barnabas::test::ClientScript;
using barnabas::test::ClusterFixture;
using protocol::ApiVersionsRequest;
using protocol::ApiVersionsResponse;
using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;
using NodeState = Cluster::NodeState;

namespace {

network::Address address(std::uint8_t last) {
  network::Address value;
  value.bytes = {10, 0, 0, last};
  value.port = 9092;
  return value;
}

network::Address ipv6(std::uint8_t last) {
  network::Address value;
  value.family = network::Address::Family::ipv6;
  value.bytes[15] = last;
  value.port = 9092;
  return value;
}

// A fixture whose node 1 is known and connected.
struct Connected : ClusterFixture {
  explicit Connected(ClusterOptions with = ClusterFixture::options("kafka-1"))
      : ClusterFixture(std::move(with)) {
    script.add_node(1, "kafka-1");
    cluster.refresh_metadata(script.now());
    cluster.watch_topic(script.now(), "t");
    script.add_topic("t", {1});
    script.advance(1s);
    cluster.connect(script.now(), 1);
    script.settle();
    REQUIRE(cluster.state(1) == NodeState::ready);
    diary.clear();
  }
  void heartbeat() {
    cluster.send<HeartbeatRequest>(
        script.now(), Target::node(1), SendOptions(),
        [](std::int16_t) { return Result<HeartbeatRequest>(HeartbeatRequest()); },
        [this](const Now&, const Reply<HeartbeatResponse>& reply) {
          outcome = reply ? Error() : reply.error();
          ++completions;
        });
  }
  Error outcome;
  int completions = 0;
};

std::vector<std::byte> bytes(std::string_view text) {
  const auto view = BytesView(text);
  return {view.begin(), view.end()};
}

}  // namespace

TEST_CASE("versions are negotiated with our name, at our highest version") {
  ClusterFixture fixture;
  fixture.script.add_node(1, "kafka-1");
  fixture.script.answer_by_hand(ApiKey::ApiVersions);
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(200ms);
  const auto request = fixture.script.expect<ApiVersionsRequest>();
  CHECK(request.version == 4);
  CHECK(request->client_software_name == "barnabas");
  CHECK(request->client_software_version == "1");
}

TEST_CASE("what the answer to ApiVersions says about waiting holds for all that follows") {
  ClusterFixture fixture;
  fixture.script.add_node(1, "kafka-1");
  fixture.script.serve<ApiVersionsRequest>([](const auto&) {
    ApiVersionsResponse response;
    auto& entry = response.api_keys.emplace_back();
    entry.api_key = 3;
    entry.max_version = 13;
    response.throttle_time_ms = 500;
    return std::optional(response);
  });
  fixture.script.answer_by_hand(ApiKey::Metadata);
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(1ms);
  CHECK(fixture.script.arrived(ApiKey::ApiVersions) == 1);
  fixture.script.advance(498ms);
  CHECK(fixture.script.arrived(ApiKey::Metadata) == 0);
  fixture.script.advance(1ms);
  CHECK(fixture.script.arrived(ApiKey::Metadata) == 1);
}

TEST_CASE("cat_N19 an older broker's refusal leads to its version") {
  for (const std::int16_t max : std::vector<std::int16_t>{3, 2, 0}) {
    ClusterFixture fixture;
    fixture.script.add_node(1, "kafka-1");
    fixture.script.set_versions(ApiKey::ApiVersions, {0, max});
    fixture.cluster.refresh_metadata(fixture.script.now());
    fixture.script.advance(1s);
    CHECK(std::ranges::count(fixture.diary, "metadata") == 1);
    CHECK(fixture.script.arrived(ApiKey::ApiVersions) >= 2);
    CHECK(fixture.script.arrived(ApiKey::ApiVersions) % 2 == 0);
  }
}

TEST_CASE("cat_N19 unknown keys and raised minimums do no harm") {
  ClusterFixture fixture;
  fixture.script.add_node(1, "kafka-1");
  fixture.script.set_versions(ApiKey::Metadata, {9, 99});
  fixture.script.serve<ApiVersionsRequest>([](const auto&) {
    ApiVersionsResponse response;
    for (const std::int16_t key : std::vector<std::int16_t>{3, 18, 999}) {
      auto& entry = response.api_keys.emplace_back();
      entry.api_key = key;
      entry.min_version = 4;
      entry.max_version = 99;
    }
    return std::optional(response);
  });
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(1s);
  CHECK(std::ranges::count(fixture.diary, "metadata") == 1);
}

TEST_CASE("cat_N04 all addresses of a name are tried and dead ones come last the next time") {
  ClusterFixture fixture;
  ClientScript::Node& node = fixture.script.add_node(1, "kafka-1");
  node.addresses = {ipv6(9), address(8), address(1)};
  node.dead = {ipv6(9)};
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(13s);
  // Node 1 counts as up at address 8, which answers.
  CHECK(std::ranges::count(fixture.diary, "metadata") == 1);
  const std::size_t before = fixture.script.connection_attempts();
  CHECK(before == 2);
  fixture.cluster.connect(fixture.script.now(), 1);
  fixture.script.advance(13s);
  CHECK(fixture.cluster.state(1) == NodeState::ready);
  const std::size_t lookups = fixture.script.lookups();
  const std::size_t attempts = fixture.script.connection_attempts();
  fixture.script.disconnect(1);
  fixture.cluster.connect(fixture.script.now(), 1);
  fixture.script.advance(100ms);
  CHECK(fixture.cluster.state(1) == NodeState::ready);
  CHECK(fixture.script.lookups() == lookups + 1);
  CHECK(fixture.script.connection_attempts() == attempts + 1);
}

TEST_CASE("cat_N04 a name is looked up at every connection, and a new address is used") {
  Connected fixture;
  ClientScript::Node& node = fixture.script.node(1);
  node.addresses.clear();
  fixture.script.disconnect(1);
  for (int i = 0; i < 5; ++i) {
    fixture.cluster.connect(fixture.script.now(), 1);
    fixture.script.advance(1500ms);
    CHECK(fixture.cluster.state(1) != NodeState::ready);
  }
  node.addresses = {address(77)};
  fixture.cluster.connect(fixture.script.now(), 1);
  fixture.script.advance(2s);
  CHECK(fixture.cluster.state(1) == NodeState::ready);
}

TEST_CASE("cat_N07 a server that accepts and says nothing costs the setup time-out") {
  ClusterOptions options = ClusterFixture::options("kafka-1");
  options.connection_setup_timeout = 1000ms;
  options.connection_setup_timeout_max = 4000ms;
  ClusterFixture fixture(options);
  fixture.script.add_node(1, "kafka-1");
  fixture.script.answer_by_hand(ApiKey::ApiVersions);
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(700ms);
  CHECK(fixture.last_failure.ok());
  fixture.script.advance(700ms);
  CHECK(fixture.last_failure == ErrorCode::connection_failed);
  CHECK(fixture.last_failure.context().find("ApiVersions was not answered") != std::string::npos);
  // The limit grows with failures in a row: far fewer than one attempt a second.
  fixture.script.advance(60s);
  CHECK(fixture.script.connection_attempts() >= 14);
  CHECK(fixture.script.connection_attempts() <= 22);
}

TEST_CASE("cat_N01 reconnects are paced by a growing, bounded pause") {
  Connected fixture;
  fixture.script.node(1).up = false;
  fixture.script.disconnect(1);
  CHECK(fixture.cluster.state(1) == NodeState::backing_off);
  const std::size_t before = fixture.script.connection_attempts();
  for (int i = 0; i < 1000; ++i) {
    fixture.cluster.connect(fixture.script.now(), 1);
    fixture.script.advance(60ms);
  }
  const std::size_t attempts = fixture.script.connection_attempts() - before;
  CHECK(attempts >= 50);
  CHECK(attempts <= 85);
  fixture.script.node(1).up = true;
  fixture.cluster.connect(fixture.script.now(), 1);
  fixture.script.advance(1300ms);
  CHECK(fixture.cluster.state(1) == NodeState::ready);
}

TEST_CASE("a broker that stays away is told of ever more rarely, once for all lanes") {
  Connected fixture;
  fixture.cluster.connect(fixture.script.now(), 1, Lane::fetch);
  fixture.script.settle();
  fixture.script.node(1).up = false;
  fixture.script.disconnect(1);
  CHECK(fixture.warnings.size() == 1);
  const std::size_t before = fixture.script.connection_attempts();
  for (int i = 0; i < 1000; ++i) {
    fixture.cluster.connect(fixture.script.now(), 1);
    fixture.cluster.connect(fixture.script.now(), 1, Lane::fetch);
    fixture.script.advance(60ms);
  }
  CHECK(fixture.script.connection_attempts() - before >= 100);
  CHECK(fixture.warnings.size() >= 5);
  CHECK(fixture.warnings.size() <= 8);
  CHECK(fixture.warnings.back().find("failures=") != std::string::npos);
  // Who is back and lost again is news.
  fixture.script.node(1).up = true;
  fixture.cluster.connect(fixture.script.now(), 1);
  fixture.cluster.connect(fixture.script.now(), 1, Lane::fetch);
  fixture.script.advance(2s);
  fixture.warnings.clear();
  fixture.script.disconnect(1);
  CHECK(fixture.warnings.size() == 1);
}

TEST_CASE("cat_N06 clients that lost their broker together do not come back together") {
  constexpr int clients = 200;
  std::vector<Instant> returns;
  for (std::uint64_t seed = 1; seed <= clients; ++seed) {
    ClientScript script;
    script.add_node(1, "kafka-1");
    ClusterListener listener;
    Logger logger;
    Cluster cluster(ClusterFixture::options("kafka-1"), script.network(), listener, logger, seed);
    script.drive(cluster);
    script.node(1).up = false;
    cluster.refresh_metadata(script.now());
    script.advance(30s);
    script.node(1).up = true;
    const std::size_t before = script.connection_attempts();
    script.advance_until([&] { return script.connection_attempts() > before; }, 5s);
    returns.push_back(script.now().monotonic);
  }
  std::ranges::sort(returns);
  int peak = 0;
  for (std::size_t i = 0, from = 0; i < returns.size(); ++i) {
    while (returns[i] - returns[from] > 100ms) ++from;
    peak = std::max(peak, static_cast<int>(i - from + 1));
  }
  CHECK(peak <= clients / 5);
  CHECK(returns.back() - returns.front() <= 2s);
}

TEST_CASE("cat_N02 an idle connection is closed without an error and reopened on demand") {
  Connected fixture;
  REQUIRE(fixture.script.connections(1).size() == 1);
  fixture.cluster.unwatch_topic("t");
  fixture.script.advance(8min);
  fixture.script.advance(20min);
  CHECK(std::ranges::count(fixture.diary, "lost 1") == 0);
  CHECK(std::ranges::none_of(
      fixture.log, [](const std::string& line) { return line.starts_with("connection lost"); }));
  fixture.heartbeat();
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(), {});
  CHECK(fixture.completions == 1);
  CHECK(fixture.outcome.ok());
}

TEST_CASE("an idle limit of zero keeps connections for ever") {
  ClusterOptions options = ClusterFixture::options("kafka-1");
  options.connections_max_idle = 0ms;
  options.metadata_max_age = 24h * 365;
  Connected fixture(options);
  fixture.script.advance(24h);
  CHECK(fixture.script.connections(1).size() == 1);
}

TEST_CASE("a wrong correlation id ends the connection") {
  Connected fixture;
  fixture.heartbeat();
  const auto request = fixture.script.expect<HeartbeatRequest>();
  fixture.script.send_raw(request.connection, bytes({"\0\0\0\x05\x7f\0\0\0\0", 9}));
  CHECK(fixture.outcome == ErrorCode::malformed_message);
  CHECK(fixture.outcome.context().find("correlation id") != std::string::npos);
  CHECK(fixture.script.connections(1).empty());
  CHECK(fixture.diary == std::vector<std::string>{"lost 1"});
}

TEST_CASE("a malformed answer ends its request and the connection") {
  Connected fixture;
  fixture.heartbeat();
  fixture.heartbeat();
  const auto request = fixture.script.expect<HeartbeatRequest>();
  Result<wire::ReceivedRequest> header =
      wire::decode_request_header(BytesView(request.frame->data(), request.frame->size()));
  const auto id = static_cast<char>(header->correlation_id);
  const char raw[] = {0, 0, 0, 6, 0, 0, 0, id, 0, 0};
  fixture.script.send_raw(request.connection, bytes({raw, sizeof raw}));
  CHECK(fixture.completions == 2);
  CHECK(fixture.script.connections(1).empty());
  CHECK(std::ranges::any_of(fixture.log, [](const std::string& line) {
    return line.find("HeartbeatResponse v4") != std::string::npos;
  }));
}

TEST_CASE("cat_N18 answers nobody asked for, web servers and TLS are recognised") {
  for (const std::string_view text :
       {std::string_view("\0\0\0\x04\0\0\0\x01", 8), std::string_view("HTTP/1.1 400 Bad Request"),
        std::string_view("\x15\x03\x03\0\x02\x02\x46", 7)}) {
    Connected fixture;
    fixture.script.send_raw(fixture.script.connections(1).front(), bytes(text));
    CHECK(fixture.script.connections(1).empty());
    CHECK(fixture.diary == std::vector<std::string>{"lost 1"});
  }
}

TEST_CASE("cat_N03 two node ids at one address are two brokers") {
  ClusterFixture fixture;
  fixture.script.add_node(1, "kafka-1");
  fixture.script.add_node(2, "kafka-1");
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(1s);
  fixture.cluster.connect(fixture.script.now(), 1);
  fixture.cluster.connect(fixture.script.now(), 2);
  fixture.script.settle();
  CHECK(fixture.cluster.state(1) == NodeState::ready);
  CHECK(fixture.cluster.state(2) == NodeState::ready);
  // The script cannot tell them apart by address either.
  CHECK(fixture.script.connections(1).size() == 2);
}

TEST_CASE("lanes are connections of their own") {
  Connected fixture;
  fixture.cluster.connect(fixture.script.now(), 1, Lane::fetch);
  fixture.script.settle();
  CHECK(fixture.cluster.state(1, Lane::fetch) == NodeState::ready);
  CHECK(fixture.cluster.state(1, Lane::coordinator) == NodeState::disconnected);
  CHECK(fixture.script.connections(1).size() == 2);
}

TEST_CASE("events that crossed a close are ignored") {
  Connected fixture;
  const network::ConnectionId id = fixture.script.connections(1).front();
  fixture.cluster.close(fixture.script.now());
  fixture.cluster.on_connected(fixture.script.now(), id);
  CHECK_FALSE(fixture.cluster.receive_buffer(id).empty());
  fixture.cluster.on_received(fixture.script.now(), id, 1);
  fixture.cluster.on_closed(fixture.script.now(), id, Error(ErrorCode::disconnected));
  fixture.cluster.on_resolved(fixture.script.now(), network::LookupId{12345},
                              std::vector<network::Address>{address(1)});
  CHECK(fixture.diary.empty());
}
