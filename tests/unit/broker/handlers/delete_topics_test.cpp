#include "protocol/messages/delete_topics.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DeleteTopicsRequest;

TEST_CASE("delete_topics: by name, in every version that names them") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  for (std::int16_t version = 1; version <= 5; ++version) {
    world.create_topic("a");
    DeleteTopicsRequest request;
    request.topic_names = {"a", "missing"};
    const auto response = world.call(client, request, version);
    REQUIRE(response.responses.size() == 2);
    CHECK(response.responses[0].error_code == ErrorCode::none);
    CHECK(response.responses[0].name == "a");
    CHECK(response.responses[1].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(world.engine().topics().find("a") == nullptr);
  }
  world.restart();
  CHECK(world.engine().topics().all().empty());
}

TEST_CASE("delete_topics: by id") {
  EngineWorld world;
  world.create_topic("a");
  world.create_topic("b");
  const Uuid id = world.topic("a").id;
  DeleteTopicsRequest request;
  request.topics = {{std::nullopt, id}, {"b", Uuid()}, {std::nullopt, Uuid(1, 2)}, {"b", id}, {}};
  const auto response = world.call(world.connect(), request, 6);
  REQUIRE(response.responses.size() == 5);
  CHECK(response.responses[0].error_code == ErrorCode::none);
  CHECK(response.responses[0].name == "a");
  CHECK(response.responses[0].topic_id == id);
  CHECK(response.responses[1].error_code == ErrorCode::none);
  CHECK(response.responses[2].error_code == ErrorCode::unknown_topic_id);
  CHECK(response.responses[3].error_code == ErrorCode::invalid_request);
  CHECK(response.responses[4].error_code == ErrorCode::invalid_request);
}

TEST_CASE("delete_topics: not when it is switched off") {
  BrokerSettings settings;
  settings.topics.deletable = false;
  EngineWorld world(settings);
  world.create_topic("a");
  DeleteTopicsRequest request;
  request.topic_names = {"a"};
  CHECK(world.call(world.connect(), request, 3).responses[0].error_code ==
        ErrorCode::topic_deletion_disabled);
  CHECK(world.engine().topics().find("a") != nullptr);
}

}  // namespace
}  // namespace barnabas::broker::test
