#include "protocol/messages/describe_cluster.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DescribeClusterRequest;

TEST_CASE("describe_cluster: nodes, controller, cluster id") {
  EngineWorld world(with_nodes(3));
  REQUIRE(world.engine().stop_node(world.now, 1));
  const ConnectionId client = world.connect(2);
  DescribeClusterRequest request;
  for (std::int16_t version = 0; version <= 2; ++version) {
    const auto response = world.call(client, request, version);
    CHECK(response.error_code == ErrorCode::none);
    CHECK(response.cluster_id.size() == 22);
    CHECK(response.controller_id == 2);
    REQUIRE(response.brokers.size() == 2);
    CHECK(response.brokers[0].broker_id == 2);
    CHECK(response.brokers[0].port == 9020);
  }
  request.include_fenced_brokers = true;
  const auto all = world.call(client, request, 2);
  REQUIRE(all.brokers.size() == 3);
  CHECK(all.brokers[0].is_fenced);
}

TEST_CASE("describe_cluster: controllers are not asked here") {
  EngineWorld world;
  DescribeClusterRequest request;
  request.endpoint_type = 2;
  CHECK(world.call(world.connect(), request, 1).error_code == ErrorCode::mismatched_endpoint_type);
  request.endpoint_type = 7;
  CHECK(world.call(world.connect(), request, 1).error_code == ErrorCode::unsupported_endpoint_type);
}

TEST_CASE("describe_cluster: the cluster id stays") {
  EngineWorld world;
  const std::string before(world.call(world.connect(), DescribeClusterRequest(), 1).cluster_id);
  world.restart();
  CHECK(world.call(world.connect(), DescribeClusterRequest(), 1).cluster_id == before);
}

}  // namespace
}  // namespace barnabas::broker::test
