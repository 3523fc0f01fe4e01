#include "protocol/messages/describe_topic_partitions.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DescribeTopicPartitionsRequest;

TEST_CASE("describe_topic_partitions: page by page, in the order of names") {
  EngineWorld world;
  world.create_topic("b", 3);
  world.create_topic("a", 2);
  const ConnectionId client = world.connect();
  DescribeTopicPartitionsRequest request;
  request.response_partition_limit = 2;
  std::vector<std::string> seen;
  for (int page = 0; page < 5; ++page) {
    const auto response = world.call(client, request, 0);
    for (const auto& topic : response.topics) {
      for (const auto& partition : topic.partitions) {
        seen.push_back(std::string(*topic.name) + std::to_string(partition.partition_index));
      }
    }
    if (!response.next_cursor) break;
    request.cursor.emplace();
    request.cursor->topic_name = response.next_cursor->topic_name;
    request.cursor->partition_index = response.next_cursor->partition_index;
  }
  CHECK(seen == std::vector<std::string>{"a0", "a1", "b0", "b1", "b2"});
}

TEST_CASE("describe_topic_partitions: unknown topics and bad names have errors of their own") {
  EngineWorld world;
  world.create_topic("b");
  DescribeTopicPartitionsRequest request;
  for (const std::string_view name : {"b", "c", "d/"}) request.topics.push_back({name});
  const auto response = world.call(world.connect(), request, 0);
  REQUIRE(response.topics.size() == 3);
  CHECK(response.topics[0].partitions.at(0).leader_id == 1);
  CHECK(response.topics[1].error_code == ErrorCode::unknown_topic_or_partition);
  CHECK(response.topics[2].error_code == ErrorCode::invalid_topic_exception);
}

}  // namespace
}  // namespace barnabas::broker::test
