#include "protocol/messages/elect_leaders.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::ElectLeadersRequest;

TEST_CASE("elect_leaders: the only replica leads already") {
  EngineWorld world;
  world.create_topic("a");
  const ConnectionId client = world.connect();
  ElectLeadersRequest request;
  auto& asked = request.topic_partitions.emplace();
  asked.push_back({"a", {0, 3}});
  asked.push_back({"b", {0}});
  for (std::int16_t version = 0; version <= 2; ++version) {
    const auto response = world.call(client, request, version);
    CHECK(response.error_code == ErrorCode::none);
    REQUIRE(response.replica_election_results.size() == 2);
    const auto& known = response.replica_election_results[0].partition_result;
    REQUIRE(known.size() == 2);
    CHECK(known[0].error_code == ErrorCode::election_not_needed);
    CHECK(known[1].error_code == ErrorCode::unknown_topic_or_partition);
    CHECK(response.replica_election_results[1].partition_result.at(0).error_code ==
          ErrorCode::unknown_topic_or_partition);
  }
}

TEST_CASE("elect_leaders: who asks for all hears of every topic, and of new leaders only") {
  EngineWorld world;
  world.create_topic("a");
  const auto response = world.call(world.connect(), ElectLeadersRequest(), 2);
  CHECK(response.error_code == ErrorCode::none);
  REQUIRE(response.replica_election_results.size() == 1);
  CHECK(response.replica_election_results[0].topic == "a");
  CHECK(response.replica_election_results[0].partition_result.empty());
}

}  // namespace
}  // namespace barnabas::broker::test
