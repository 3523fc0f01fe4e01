#include "broker/src/core/topic/topic_registry.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

ErrorCode create(EngineWorld& world, TopicRequest request) {
  const auto created = world.engine().create_topic(world.now, std::move(request));
  return created ? ErrorCode::none : created.error().code();
}

TopicRequest request(std::string name) {
  TopicRequest wanted;
  wanted.name = std::move(name);
  return wanted;
}

TEST_CASE("topic_registry: defaults are the broker's") {
  BrokerSettings settings = with_nodes(3);
  settings.topics.partitions = 5;
  settings.topics.replication_factor = 2;
  settings.storage.log.retention_ms = 77;
  EngineWorld world(settings);
  CHECK(create(world, request("a")) == ErrorCode::none);
  CHECK(world.topic("a").partitions.size() == 5);
  CHECK(world.topic("a").config.log.retention_ms == 77);
  CHECK(world.log("a").config().retention_ms == 77);
}

TEST_CASE("topic_registry: a topic is found by name and by id until it is deleted") {
  EngineWorld world;
  world.create_topic("a");
  const Topic& topic = world.topic("a");
  const Uuid id = topic.id;
  CHECK_FALSE(id.is_zero());
  CHECK(world.engine().topics().find(id) == &topic);
  REQUIRE(world.engine().delete_topic(world.now, "a"));
  CHECK(world.engine().topics().find("a") == nullptr);
  CHECK(world.engine().topics().find(id) == nullptr);
  world.create_topic("a");
  CHECK(world.topic("a").id != id);
}

TEST_CASE("topic_registry: names that collide in metrics are refused") {
  EngineWorld world;
  world.create_topic("a.b");
  CHECK(create(world, request("a_b")) == ErrorCode::invalid_topic_exception);
  CHECK(create(world, request("a.b")) == ErrorCode::topic_already_exists);
  CHECK(create(world, request("a-b")) == ErrorCode::none);
}

TEST_CASE("topic_registry: the same topic starts on the same nodes in every run") {
  std::vector<NodeId> first;
  for (int run = 0; run < 2; ++run) {
    EngineWorld world(with_nodes(3));
    world.create_topic("a", 6);
    std::vector<NodeId> leaders;
    for (const Partition& partition : world.topic("a").partitions) {
      leaders.push_back(partition.leader);
    }
    if (run == 0) first = leaders;
    CHECK(leaders == first);
  }
}

TEST_CASE("topic_registry: leaders leave stopped nodes, in new epochs, and do not come back") {
  EngineWorld world(with_nodes(2));
  world.create_topic("a", 4);
  std::vector<std::int32_t> epochs;
  for (std::int32_t i = 0; i < 4; ++i) epochs.push_back(world.log("a", i).leader_epoch());
  std::vector<NodeId> before;
  for (const Partition& partition : world.topic("a").partitions) before.push_back(partition.leader);
  REQUIRE(world.engine().stop_node(world.now, 1));
  REQUIRE(world.engine().start_node(world.now, 1));
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(world.topic("a").partitions[i].leader == 2);
    const std::int32_t epoch = world.log("a", static_cast<std::int32_t>(i)).leader_epoch();
    CHECK(epoch == epochs[i] + (before[i] == 1 ? 1 : 0));
  }
}

TEST_CASE("topic_registry: leaders move in the same epoch while it could not be stored") {
  EngineWorld world(with_nodes(2));
  world.create_topic("a");
  world.disk.set_capacity(world.disk.used());
  world.crash();
  const std::int32_t epoch = world.log("a").leader_epoch();
  const NodeId other = 3 - world.topic("a").partitions[0].leader;
  REQUIRE(world.engine().move_leader(world.now, {"a", 0}, other));
  CHECK(world.topic("a").partitions[0].leader == other);
  CHECK(world.log("a").leader_epoch() == epoch);
  world.crash();
  CHECK(world.log("a").leader_epoch() == epoch);
  world.disk.set_capacity(std::uint64_t{1} << 40);
  world.pass(std::chrono::seconds(2));
  REQUIRE(world.engine().move_leader(world.now, {"a", 0}, 1));
  CHECK(world.log("a").leader_epoch() == epoch + 1);
}

TEST_CASE("topic_registry: with no node running partitions keep their leader") {
  EngineWorld world;
  world.create_topic("a");
  REQUIRE(world.engine().stop_node(world.now, 1));
  CHECK(world.topic("a").partitions[0].leader == 1);
  REQUIRE(world.engine().start_node(world.now, 1));
  CHECK(world.engine().cluster().is_running(1));
}

TEST_CASE("topic_registry: what belongs to the broker cannot be deleted") {
  EngineWorld world;
  world.create_topic("__consumer_offsets");
  const auto deleted = world.engine().delete_topic(world.now, "__consumer_offsets");
  REQUIRE_FALSE(deleted);
  CHECK(deleted.error() == ErrorCode::invalid_request);
}

}  // namespace
}  // namespace barnabas::broker::test
