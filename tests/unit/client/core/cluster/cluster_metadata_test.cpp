#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/metadata.hpp"
#include "tests/unit/client/core/cluster/cluster_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

using namespace std::chrono_literals;
using namespace barnabas;
using namespace barnabas::client;
using barnabas::test::ClientScript;
using barnabas::test::ClusterFixture;
using protocol::MetadataRequest;
using protocol::MetadataResponse;

namespace {

struct ThreeNodes : ClusterFixture {
  explicit ThreeNodes(ClusterOptions with = ClusterFixture::options("kafka-1,kafka-2"))
      : ClusterFixture(std::move(with)) {
    for (const int id : {1, 2, 3}) script.add_node(id, "kafka-" + std::to_string(id));
    script.add_topic("t", {1, 2, 3});
  }
  void watch(std::string_view topic) { cluster.watch_topic(script.now(), topic); }
  auto count(std::string_view entry) const { return std::ranges::count(diary, entry); }
};

}  // namespace

TEST_CASE("a watched topic becomes known and its brokers with it") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  CHECK(fixture.count("metadata") == 1);
  REQUIRE(fixture.cluster.metadata().topic("t") != nullptr);
  CHECK(fixture.cluster.metadata().partition("t", 2)->leader == 3);
  CHECK(fixture.cluster.state(3) == Cluster::NodeState::disconnected);
  CHECK(fixture.cluster.state(4) == Cluster::NodeState::unknown);
  CHECK(fixture.cluster.describe(3) == "broker 3 (kafka-3:9092)");
}

TEST_CASE("bootstrap connections are left once the brokers are known") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  for (const int id : {1, 2, 3}) CHECK(fixture.script.connections(id).empty());
  CHECK(fixture.count("lost -2") + fixture.count("lost -3") == 0);
}

TEST_CASE("a bootstrap server that is down costs nothing when another one answers") {
  ThreeNodes fixture;
  fixture.script.node(1).up = false;
  fixture.watch("t");
  fixture.script.advance(100ms);
  CHECK(fixture.count("metadata") == 1);
  CHECK(fixture.count("no metadata") == 0);
}

TEST_CASE("a bootstrap server that is silent costs a second when another one answers") {
  for (const std::uint8_t silent : std::vector<std::uint8_t>{1, 2}) {
    ThreeNodes fixture;
    auto& node = fixture.script.node(silent);
    node.dead.insert(node.addresses.front());
    fixture.watch("t");
    fixture.script.advance(1100ms);
    CHECK(fixture.count("metadata") >= 1);
  }
}

TEST_CASE("topics may be created only if the settings say so") {
  for (const bool allow : {true, false}) {
    ClusterOptions options = ClusterFixture::options("kafka-1");
    options.allow_auto_create_topics = allow;
    ThreeNodes fixture(options);
    fixture.script.answer_by_hand(ApiKey::Metadata);
    fixture.watch("new");
    const auto request = fixture.script.expect<MetadataRequest>();
    CHECK(request->allow_auto_topic_creation == allow);
    REQUIRE(request->topics->size() == 1);
    CHECK(request->topics->at(0).name == "new");
  }
}

TEST_CASE("a topic that is being created is asked for until it has leaders") {
  ThreeNodes fixture;
  fixture.script.add_topic("new", {}).error = ErrorCode::leader_not_available;
  fixture.watch("new");
  fixture.script.advance(5s);
  CHECK(fixture.cluster.metadata().topic("new")->error == ErrorCode::leader_not_available);
  fixture.script.add_topic("new", {1});
  fixture.script.advance(1300ms);
  CHECK(fixture.cluster.metadata().partition("new", 0)->leader == 1);
  const std::size_t before = fixture.script.arrived(ApiKey::Metadata);
  fixture.script.advance(1min);
  CHECK(fixture.script.arrived(ApiKey::Metadata) == before);
}

TEST_CASE("a watched topic that vanishes for a while is not forgotten") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  const ClientScript::Topic topic = fixture.script.topic("t");
  fixture.script.remove_topic("t");
  for (int i = 0; i < 3; ++i) {
    fixture.cluster.refresh_metadata(fixture.script.now());
    fixture.script.advance(1300ms);
  }
  REQUIRE(fixture.cluster.metadata().topic("t") != nullptr);
  CHECK(fixture.cluster.metadata().topic("t")->failed_refreshes >= 3);
  CHECK(fixture.cluster.metadata().partition("t", 0)->leader == 1);
}

TEST_CASE("cat_N14 metadata is refreshed by age, whatever the wall clock does") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  fixture.script.advance(299s);
  CHECK(fixture.script.arrived(ApiKey::Metadata) == 1);
  fixture.script.advance(1s);
  CHECK(fixture.script.arrived(ApiKey::Metadata) == 2);
}

TEST_CASE("cat_N01 all brokers down for a minute: back within two seconds, attempts bounded") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  for (const int id : {1, 2, 3}) {
    fixture.script.node(id).up = false;
    fixture.script.disconnect(id);
  }
  fixture.cluster.refresh_metadata(fixture.script.now());
  const std::size_t before = fixture.script.connection_attempts();
  fixture.script.advance(60s);
  // Five places to try, each about once a second.
  CHECK(fixture.script.connection_attempts() - before <= 5 * 75);
  CHECK(fixture.script.connection_attempts() - before >= 60);
  CHECK(std::ranges::count_if(fixture.log, [](const std::string& line) {
          return line.starts_with("no known broker can be reached");
        }) == 1);
  fixture.script.node(2).up = true;
  const auto known = fixture.count("metadata");
  fixture.script.advance(2s);
  CHECK(fixture.count("metadata") > known);
}

TEST_CASE("cat_N04 brokers that all moved are found again through the bootstrap servers") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  // The known names are gone for good; the bootstrap name leads to a new broker.
  for (const int id : {1, 2, 3}) fixture.script.disconnect(id);
  fixture.script.node(1).host.host = "gone-1";
  fixture.script.node(2).host.host = "gone-2";
  fixture.script.node(3).host.host = "gone-3";
  for (const int id : {1, 2, 3}) fixture.script.node(id).up = false;
  fixture.script.add_node(9, "kafka-2");
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(10s);
  CHECK(fixture.cluster.metadata().broker(9) != nullptr);
}

TEST_CASE("without rebootstrap only the known brokers are tried") {
  ClusterOptions options = ClusterFixture::options("kafka-1");
  options.metadata_recovery = MetadataRecovery::none;
  ThreeNodes fixture(options);
  fixture.watch("t");
  fixture.script.settle();
  for (const int id : {1, 2, 3}) fixture.script.node(id).up = false;
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(10s);
  CHECK(fixture.count("lost -2") == 0);
  CHECK(fixture.count("lost 1") > 0);
}

TEST_CASE("cat_N01 one broker that restarts does not send the client back to the start") {
  ThreeNodes fixture;
  fixture.watch("t");
  for (const int id : {1, 2, 3}) fixture.cluster.connect(fixture.script.now(), id);
  fixture.script.advance(1s);
  for (const int id : {1, 2, 3}) fixture.cluster.connect(fixture.script.now(), id);
  fixture.script.advance(1s);
  fixture.script.disconnect(2);
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(5s);
  CHECK(fixture.count("ready -2") + fixture.count("ready -3") == 1);
}

TEST_CASE("a broker may ask clients to start again from the bootstrap servers") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  fixture.script.answer_by_hand(ApiKey::Metadata);
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(1s);
  const auto request = fixture.script.expect<MetadataRequest>();
  MetadataResponse response;
  response.error_code = ErrorCode::rebootstrap_required;
  fixture.script.answer(request, response);
  CHECK(fixture.cluster.metadata().brokers().empty());
  CHECK(fixture.cluster.metadata().topic("t") != nullptr);
  fixture.script.advance(1s);
  CHECK(fixture.count("ready -2") + fixture.count("ready -3") >= 2);
}

TEST_CASE("metadata that cannot be had for too long sends the client back to the start") {
  ClusterOptions options = ClusterFixture::options("kafka-1");
  options.rebootstrap_trigger = 30s;
  ThreeNodes fixture(options);
  fixture.watch("t");
  fixture.script.settle();
  fixture.script.serve<MetadataRequest>([](const auto&) {
    MetadataResponse response;
    response.error_code = ErrorCode::unknown_server_error;
    return std::optional(response);
  });
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(29s);
  CHECK_FALSE(fixture.cluster.metadata().brokers().empty());
  fixture.script.advance(4s);
  CHECK(fixture.cluster.metadata().brokers().empty());
  CHECK(fixture.last_failure == ErrorCode::unknown_server_error);
}

TEST_CASE("a response without brokers is not believed") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  fixture.script.serve<MetadataRequest>(
      [](const auto&) { return std::optional(MetadataResponse()); });
  fixture.cluster.refresh_metadata(fixture.script.now());
  fixture.script.advance(1s);
  CHECK(fixture.cluster.metadata().brokers().size() == 3);
  CHECK(fixture.count("no metadata") > 0);
}

TEST_CASE("requests to a broker that left the cluster fail") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  fixture.script.node(3).up = false;
  Error outcome;
  fixture.cluster.send<protocol::HeartbeatRequest>(
      fixture.script.now(), Target::node(7), SendOptions(),
      [](std::int16_t) { return Result<protocol::HeartbeatRequest>(protocol::HeartbeatRequest()); },
      [&](const Now&, const Reply<protocol::HeartbeatResponse>& reply) {
        outcome = reply.error();
      });
  fixture.script.settle();
  CHECK(outcome == ErrorCode::broker_not_available);
}

TEST_CASE("leaders named in responses count at once") {
  ThreeNodes fixture;
  fixture.watch("t");
  fixture.script.settle();
  fixture.cluster.learn_node({4, {"kafka-4", 9092}, std::nullopt});
  fixture.cluster.learn_leader("t", 0, 4, 1);
  CHECK(fixture.cluster.metadata().partition("t", 0)->leader == 4);
  CHECK(fixture.cluster.state(4) == Cluster::NodeState::disconnected);
}

TEST_CASE("feature levels are known after the first connection") {
  ThreeNodes fixture;
  fixture.script.set_feature("transaction.version", 2);
  CHECK_FALSE(fixture.cluster.feature_level("transaction.version").has_value());
  fixture.watch("t");
  fixture.script.settle();
  CHECK(fixture.cluster.feature_level("transaction.version") == std::int16_t{2});
  CHECK(fixture.cluster.feature_level("share.version") == std::int16_t{0});
}

TEST_CASE("whatever fails, a watched topic becomes known") {
  const std::size_t faults = test::run_fault_matrix([](ClientScript& script) {
    script.add_node(1, "kafka-1");
    script.add_topic("t", {1});
    ClusterListener listener;
    Logger logger;
    Cluster cluster(ClusterFixture::options("kafka-1"), script.network(), listener, logger, 3);
    script.drive(cluster);
    cluster.watch_topic(script.now(), "t");
    CHECK(
        script.advance_until([&] { return cluster.metadata().partition("t", 0) != nullptr; }, 60s));
  });
  CHECK(faults == 8);
}
