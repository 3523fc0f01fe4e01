#include "protocol/messages/create_partitions.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::CreatePartitionsRequest;

CreatePartitionsRequest grow(std::string_view name, std::int32_t count) {
  CreatePartitionsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = name;
  topic.count = count;
  return request;
}

TEST_CASE("create_partitions: topics grow, never shrink") {
  EngineWorld world;
  world.create_topic("a", 2);
  const ConnectionId client = world.connect();
  const auto error = [&](const CreatePartitionsRequest& request, std::int16_t version = 3) {
    return world.call(client, request, version).results.at(0).error_code;
  };
  for (std::int16_t version = 0; version <= 3; ++version) {
    CHECK(error(grow("a", 3 + version), version) == ErrorCode::none);
  }
  CHECK(world.topic("a").partitions.size() == 6);
  CHECK(world.call(client, produce_request("a", 5, some_batch()), 9)
            .responses[0]
            .partition_responses[0]
            .error_code == ErrorCode::none);
  CHECK(error(grow("a", 6)) == ErrorCode::invalid_partitions);
  CHECK(error(grow("a", 1)) == ErrorCode::invalid_partitions);
  CHECK(error(grow("a", 1'000'000)) == ErrorCode::invalid_partitions);
  CHECK(error(grow("b", 3)) == ErrorCode::unknown_topic_or_partition);
  CreatePartitionsRequest validate = grow("a", 9);
  validate.validate_only = true;
  CHECK(error(validate) == ErrorCode::none);
  CHECK(world.topic("a").partitions.size() == 6);
}

TEST_CASE("create_partitions: assignments are for the added ones") {
  EngineWorld world(with_nodes(2));
  world.create_topic("a");
  CreatePartitionsRequest request = grow("a", 3);
  request.topics[0].assignments.emplace();
  request.topics[0].assignments->push_back({{2}});
  CHECK(world.call(world.connect(), request, 1).results[0].error_code ==
        ErrorCode::invalid_replica_assignment);
  request.topics[0].assignments->push_back({{1}});
  CHECK(world.call(world.connect(), request, 1).results[0].error_code == ErrorCode::none);
  CHECK(world.topic("a").partitions[1].leader == 2);
  CHECK(world.topic("a").partitions[2].leader == 1);
}

}  // namespace
}  // namespace barnabas::broker::test
