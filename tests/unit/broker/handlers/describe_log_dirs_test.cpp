#include "protocol/messages/describe_log_dirs.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DescribeLogDirsRequest;

TEST_CASE("describe_log_dirs: the node's partitions with their sizes, in its one folder") {
  EngineWorld world;
  world.create_topic("a", 2);
  world.create_topic("b");
  const ConnectionId client = world.connect();
  const auto size_of = [&](std::int16_t version) {
    const auto response = world.call(client, DescribeLogDirsRequest(), version);
    REQUIRE(response.results.size() == 1);
    CHECK(response.results[0].error_code == ErrorCode::none);
    CHECK_FALSE(response.results[0].log_dir.empty());
    REQUIRE(response.results[0].topics.size() == 2);
    REQUIRE(response.results[0].topics[0].partitions.size() == 2);
    CHECK_FALSE(response.results[0].topics[0].partitions[1].is_future_key);
    return response.results[0].topics[0].partitions[1].partition_size;
  };
  for (std::int16_t version = 1; version <= 5; ++version) CHECK(size_of(version) == 0);
  world.call(client, produce_request("a", 1, some_batch(6)), 9);
  CHECK(size_of(4) > 60);
}

TEST_CASE("describe_log_dirs: only what is asked for, and what does not exist is left out") {
  EngineWorld world;
  world.create_topic("a", 3);
  world.create_topic("b");
  DescribeLogDirsRequest request;
  auto& asked = request.topics.emplace();
  asked.push_back({"a", {2, 7}});
  asked.push_back({"c", {0}});
  const auto response = world.call(world.connect(), request, 4);
  REQUIRE(response.results.size() == 1);
  REQUIRE(response.results[0].topics.size() == 1);
  CHECK(response.results[0].topics[0].name == "a");
  REQUIRE(response.results[0].topics[0].partitions.size() == 1);
  CHECK(response.results[0].topics[0].partitions[0].partition_index == 2);
}

TEST_CASE("describe_log_dirs: each node tells of what it leads") {
  EngineWorld world(with_nodes(2));
  world.create_topic("a", 4);
  std::size_t partitions = 0;
  for (const NodeId node : {1, 2}) {
    const auto response = world.call(world.connect(node), DescribeLogDirsRequest(), 4);
    for (const auto& topic : response.results.at(0).topics) partitions += topic.partitions.size();
  }
  CHECK(partitions == 4);
}

}  // namespace
}  // namespace barnabas::broker::test
