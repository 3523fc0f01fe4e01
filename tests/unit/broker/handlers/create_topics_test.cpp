#include "protocol/messages/create_topics.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::CreateTopicsRequest;

CreateTopicsRequest create(std::string_view name, std::int32_t partitions = -1,
                           std::int16_t replication_factor = -1) {
  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = name;
  topic.num_partitions = partitions;
  topic.replication_factor = replication_factor;
  return request;
}

ErrorCode error_of(EngineWorld& world, const CreateTopicsRequest& request) {
  return world.call(world.connect(), request, 7).topics.at(0).error_code;
}

TEST_CASE("create_topics: every version makes topics") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  for (std::int16_t version = 2; version <= 7; ++version) {
    const std::string name = "topic-" + std::to_string(version);
    const auto response = world.call(client, create(name, 2, 1), version);
    REQUIRE(response.topics.size() == 1);
    CHECK(response.topics[0].error_code == ErrorCode::none);
    CHECK(world.topic(name).partitions.size() == 2);
    if (version >= 7) CHECK(response.topics[0].topic_id == world.topic(name).id);
  }
}

TEST_CASE("create_topics: the answer shows what the topic became") {
  EngineWorld world;
  CreateTopicsRequest request = create("a");
  request.topics[0].configs.push_back({"retention.ms", "5000"});
  const auto response = world.call(world.connect(), request, 5);
  CHECK(response.topics[0].num_partitions == 1);
  CHECK(response.topics[0].replication_factor == 1);
  REQUIRE(response.topics[0].configs);
  bool found = false;
  for (const auto& config : *response.topics[0].configs) {
    if (config.name != "retention.ms") continue;
    found = true;
    CHECK(config.value == "5000");
    CHECK(config.config_source == 1);
  }
  CHECK(found);
  CHECK(world.topic("a").config.log.retention_ms == 5000);
}

TEST_CASE("create_topics: mistakes have codes and words") {
  EngineWorld world;
  world.create_topic("there.is");
  CHECK(error_of(world, create("there.is")) == ErrorCode::topic_already_exists);
  CHECK(error_of(world, create("there_is")) == ErrorCode::invalid_topic_exception);
  CHECK(error_of(world, create("a/b")) == ErrorCode::invalid_topic_exception);
  CHECK(error_of(world, create("a", 0)) == ErrorCode::invalid_partitions);
  CHECK(error_of(world, create("a", 100000)) == ErrorCode::invalid_partitions);
  CHECK(error_of(world, create("a", 1, 2)) == ErrorCode::invalid_replication_factor);
  CreateTopicsRequest bad_config = create("a");
  bad_config.topics[0].configs.push_back({"retention.msec", "5"});
  const auto response = world.call(world.connect(), bad_config, 7);
  CHECK(response.topics[0].error_code == ErrorCode::invalid_config);
  CHECK(response.topics[0].error_message->find("retention.ms") != std::string_view::npos);
  bad_config.topics[0].configs = {{"retention.ms", std::nullopt}};
  CHECK(error_of(world, bad_config) == ErrorCode::invalid_config);
}

TEST_CASE("create_topics: a topic named twice is made neither time") {
  EngineWorld world;
  CreateTopicsRequest request = create("a");
  request.topics.push_back(create("b").topics[0]);
  request.topics.push_back(create("a").topics[0]);
  const auto response = world.call(world.connect(), request, 7);
  REQUIRE(response.topics.size() == 2);
  CHECK(response.topics[0].error_code == ErrorCode::invalid_request);
  CHECK(response.topics[1].error_code == ErrorCode::none);
  CHECK(world.engine().topics().find("a") == nullptr);
}

TEST_CASE("create_topics: validate_only makes nothing") {
  EngineWorld world;
  CreateTopicsRequest request = create("a", 3);
  request.validate_only = true;
  const auto response = world.call(world.connect(), request, 7);
  CHECK(response.topics[0].error_code == ErrorCode::none);
  CHECK(response.topics[0].num_partitions == 3);
  CHECK(world.engine().topics().find("a") == nullptr);
}

TEST_CASE("create_topics: assignments choose the leaders") {
  EngineWorld world(with_nodes(3));
  CreateTopicsRequest request = create("a");
  auto& assignments = request.topics[0].assignments;
  assignments.push_back({1, {2}});
  assignments.push_back({0, {3}});
  CHECK(error_of(world, request) == ErrorCode::none);
  CHECK(world.topic("a").partitions[0].leader == 3);
  CHECK(world.topic("a").partitions[1].leader == 2);

  request.topics[0].name = "b";
  assignments[0].broker_ids = {9};
  CHECK(error_of(world, request) == ErrorCode::invalid_replica_assignment);
  assignments[0].broker_ids = {};
  CHECK(error_of(world, request) == ErrorCode::invalid_replica_assignment);
  assignments[0] = {2, {1}};
  CHECK(error_of(world, request) == ErrorCode::invalid_replica_assignment);
  request.topics[0].num_partitions = 2;
  CHECK(error_of(world, request) == ErrorCode::invalid_request);
}

TEST_CASE("create_topics: topics survive a restart with their ids and settings") {
  EngineWorld world;
  world.create_topic("a", 3, {{"retention.ms", "5000"}});
  const Uuid id = world.topic("a").id;
  world.restart();
  CHECK(world.topic("a").id == id);
  CHECK(world.topic("a").partitions.size() == 3);
  CHECK(world.topic("a").config.log.retention_ms == 5000);
}

}  // namespace
}  // namespace barnabas::broker::test
