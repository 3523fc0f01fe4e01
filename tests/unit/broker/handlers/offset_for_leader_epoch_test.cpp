#include "protocol/messages/offset_for_leader_epoch.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::OffsetForLeaderEpochRequest;

TEST_CASE("offset_for_leader_epoch: where each epoch ended") {
  EngineWorld world;
  world.create_topic("a");
  const ConnectionId client = world.connect();
  const std::int32_t first = world.log("a").leader_epoch();
  world.call(client, produce_request("a", 0, some_batch(4)), 9);
  REQUIRE(world.engine().move_leader(world.now, {"a", 0}, 1));
  world.call(client, produce_request("a", 0, some_batch(2)), 9);

  OffsetForLeaderEpochRequest request;
  auto& topic = request.topics.emplace_back();
  topic.topic = "a";
  topic.partitions.resize(1);
  const auto ask = [&](std::int32_t epoch, std::int32_t current, std::int16_t version) {
    topic.partitions[0].leader_epoch = epoch;
    topic.partitions[0].current_leader_epoch = current;
    return world.call(client, request, version).topics.at(0).partitions.at(0);
  };
  for (std::int16_t version = 2; version <= 4; ++version) {
    CHECK(ask(first, -1, version).end_offset == 4);
    CHECK(ask(first, -1, version).leader_epoch == first);
    CHECK(ask(first + 1, first + 1, version).end_offset == 6);
    CHECK(ask(first + 9, -1, version).end_offset == -1);
    CHECK(ask(first, first, version).error_code == ErrorCode::fenced_leader_epoch);
    CHECK(ask(first, first + 2, version).error_code == ErrorCode::unknown_leader_epoch);
  }
  topic.partitions[0].partition = 5;
  CHECK(ask(first, -1, 4).error_code == ErrorCode::unknown_topic_or_partition);
}

}  // namespace
}  // namespace barnabas::broker::test
