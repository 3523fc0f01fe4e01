#include <barnabas/broker.hpp>

#include "protocol/messages/metadata.hpp"
#include "tests/unit/broker/support/raw_client.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace barnabas {
namespace {

using namespace std::chrono_literals;
using broker::test::fetch_request;
using broker::test::metadata_request;
using broker::test::produce_request;
using broker::test::RawClient;
using broker::test::some_batch;

struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "barnabas-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  std::string path;
};

ErrorCode produce(RawClient& client, std::string_view topic, std::int32_t partition = 0,
                  std::int32_t records = 1) {
  const auto answer = client.call(
      produce_request(topic, partition,
                      some_batch(records, {}, {},
                                 std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count())),
      9);
  if (!answer) return ErrorCode::disconnected;
  return answer->responses.at(0).partition_responses.at(0).error_code;
}

TEST_CASE("broker: is up when the constructor returns") {
  const Broker broker;
  RawClient client(broker.bootstrap());
  REQUIRE(client.connected());
  const auto metadata = client.call(metadata_request({"on-demand"}), 9);
  REQUIRE(metadata);
  CHECK(metadata->brokers.at(0).port == network::parse_host_port(broker.bootstrap()).value().port);
  CHECK(broker.topics() == std::vector<std::string>{"on-demand"});
  CHECK(broker.connections() == 1);
}

TEST_CASE("broker: its log can be looked at") {
  Broker broker;
  REQUIRE(broker.create_topic("orders", 2, {{"retention.ms", "-1"}}));
  RawClient client(broker.bootstrap());
  CHECK(produce(client, "orders", 1, 3) == ErrorCode::none);
  const std::vector<StoredRecord> records = broker.log("orders", 1);
  REQUIRE(records.size() == 3);
  CHECK(records[2].offset == 2);
  CHECK(records[2].key == "key-2");
  CHECK(records[2].value == "value-2");
  CHECK(broker.end_offset("orders", 1) == 3);
  CHECK(broker.log("orders", 0).empty());
  CHECK(broker.log("nothing", 0).empty());
  CHECK_FALSE(broker.create_topic("orders"));
  CHECK(broker.delete_topic("orders"));
}

TEST_CASE("broker: faults are injected, counted and released") {
  Broker broker;
  REQUIRE(broker.create_topic("a"));
  RawClient client(broker.bootstrap());
  const FaultId error =
      broker.inject(Fault::error(ApiKey::Produce, ErrorCode::not_leader_or_follower).times(2));
  CHECK(produce(client, "a") == ErrorCode::not_leader_or_follower);
  CHECK(produce(client, "a") == ErrorCode::not_leader_or_follower);
  CHECK(produce(client, "a") == ErrorCode::none);
  CHECK(broker.hits(error) == 2);

  const FaultId hold = broker.inject(Fault::hold(ApiKey::Produce));
  const auto frame = wire::encode_request(produce_request("a", 0, some_batch()), 9, 1, "raw");
  const std::vector<std::byte> bytes = frame->flatten();
  client.send_bytes({bytes.data(), bytes.size()});
  const auto patience = std::chrono::steady_clock::now() + 10s;
  while (broker.hits(hold) == 0 && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(1ms);
  }
  CHECK(broker.end_offset("a", 0) == 1);
  broker.release(hold);
  CHECK(broker.end_offset("a", 0) == 2);
}

TEST_CASE("broker: a restart keeps port, topics and data, in memory too") {
  Broker broker;
  REQUIRE(broker.create_topic("a"));
  const std::string address = broker.bootstrap();
  {
    RawClient client(address);
    CHECK(produce(client, "a") == ErrorCode::none);
  }
  REQUIRE(broker.restart());
  CHECK(broker.bootstrap() == address);
  RawClient client(address);
  CHECK(produce(client, "a") == ErrorCode::none);
  CHECK(broker.log("a", 0).size() == 2);
}

TEST_CASE("broker: a crash loses what was not synced, and nothing else") {
  BrokerConfig config;
  REQUIRE(config.set("barnabas.fsync", "never"));
  Broker careless(config);
  REQUIRE(careless.create_topic("a"));
  RawClient client(careless.bootstrap());
  CHECK(produce(client, "a") == ErrorCode::none);
  REQUIRE(careless.crash());
  CHECK(careless.topics() == std::vector<std::string>{"a"});
  CHECK(careless.log("a", 0).empty());

  REQUIRE(config.set("barnabas.fsync", "always"));
  Broker careful(config);
  REQUIRE(careful.create_topic("a"));
  RawClient other(careful.bootstrap());
  CHECK(produce(other, "a") == ErrorCode::none);
  REQUIRE(careful.crash());
  CHECK(careful.log("a", 0).size() == 1);
}

TEST_CASE("broker: a data folder outlives its brokers and serves one at a time") {
  const TemporaryFolder folder;
  const BrokerConfig config = BrokerConfig().data_folder(folder.path);
  {
    Broker broker(config);
    REQUIRE(broker.create_topic("a"));
    RawClient client(broker.bootstrap());
    CHECK(produce(client, "a") == ErrorCode::none);
    const auto second = Broker::start(config);
    REQUIRE_FALSE(second);
    CHECK(second.error() == ErrorCode::data_in_use);
    REQUIRE(broker.crash());
    CHECK(broker.log("a", 0).size() == 1);
    CHECK(broker.stop());
    CHECK(broker.stop());
  }
  const Broker again(config);
  CHECK(again.log("a", 0).size() == 1);
}

TEST_CASE("broker: several nodes have addresses of their own, and come and go") {
  Broker broker(BrokerConfig().nodes(3));
  CHECK(broker.node_ids() == std::vector<std::int32_t>{1, 2, 3});
  REQUIRE(broker.create_topic("a", 3));
  const std::string second = broker.addresses(2).at(0);
  const std::int32_t leader = broker.leader({"a", 0});
  const std::int32_t next = leader % 3 + 1;
  REQUIRE(broker.move_leader({"a", 0}, next));
  CHECK(broker.leader({"a", 0}) == next);
  {
    RawClient client(broker.addresses(leader).at(0));
    CHECK(produce(client, "a") == ErrorCode::not_leader_or_follower);
  }
  RawClient client(second);
  REQUIRE(broker.stop_node(2));
  CHECK(client.ends_within(10s));
  CHECK_FALSE(RawClient(second).connected());
  CHECK(broker.bootstrap().find(second) == std::string::npos);
  REQUIRE(broker.start_node(2));
  RawClient back(second);
  CHECK(back.call(metadata_request({}), 9));
  CHECK_FALSE(broker.stop_node(9));
}

TEST_CASE("broker: the clock can be put forward") {
  Broker broker;
  RawClient client(broker.bootstrap());
  CHECK(client.call(metadata_request({}), 9));
  // The broker may learn that its answer was written only behind the jump; then the next one
  // counts.
  bool ended = false;
  for (int jump = 0; jump < 100 && !ended; ++jump) {
    broker.advance_clock(std::chrono::hours(1));
    ended = client.ends_within(100ms);
  }
  CHECK(ended);
}

TEST_CASE("broker: what cannot work is said at the start") {
  const Broker first;
  const auto taken = Broker::start(BrokerConfig().listen(first.bootstrap()));
  REQUIRE_FALSE(taken);
  CHECK(taken.error() == ErrorCode::connection_failed);
  CHECK(taken.error().context().find(first.bootstrap()) != std::string::npos);
  CHECK_FALSE(Broker::start(BrokerConfig().listen("not an address")));
  BrokerConfig config;
  REQUIRE(config.set("default.replication.factor", "2"));
  CHECK_FALSE(Broker::start(config));
  CHECK_THROWS_AS(Broker{config}, Exception);
}

TEST_CASE("broker: after stop everything says so") {
  Broker broker;
  const std::string address = broker.bootstrap();
  CHECK(broker.stop());
  CHECK_FALSE(RawClient(address).connected());
  CHECK_FALSE(broker.create_topic("a"));
  CHECK_FALSE(broker.restart());
  CHECK(broker.topics().empty());
}

}  // namespace
}  // namespace barnabas
