#include "protocol/messages/list_config_resources.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::ListConfigResourcesRequest;

TEST_CASE("list_config_resources: topics and brokers") {
  EngineWorld world(with_nodes(2));
  world.create_topic("a");
  const ConnectionId client = world.connect();
  ListConfigResourcesRequest request;
  CHECK(world.call(client, request, 0).config_resources.empty());
  const auto all = world.call(client, request, 1).config_resources;
  REQUIRE(all.size() == 3);
  CHECK(all[0].resource_name == "a");
  CHECK(all[0].resource_type == 2);
  CHECK(all[2].resource_name == "2");
  CHECK(all[2].resource_type == 4);
  request.resource_types = {2, 16};
  CHECK(world.call(client, request, 1).config_resources.size() == 1);
  request.resource_types = {3};
  CHECK(world.call(client, request, 1).error_code == ErrorCode::unsupported_version);
}

}  // namespace
}  // namespace barnabas::broker::test
