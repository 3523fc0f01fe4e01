#include "protocol/messages/list_partition_reassignments.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::ListPartitionReassignmentsRequest;

TEST_CASE("list_partition_reassignments: nothing ever moves") {
  EngineWorld world;
  world.create_topic("a");
  const auto response = world.call(world.connect(), ListPartitionReassignmentsRequest(), 0);
  CHECK(response.error_code == ErrorCode::none);
  CHECK(response.topics.empty());
}

}  // namespace
}  // namespace barnabas::broker::test
