#include "protocol/messages/metadata.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

#include <set>

namespace barnabas::broker::test {
namespace {

using protocol::MetadataRequest;
using protocol::MetadataResponse;

TEST_CASE("metadata: all, none, and what an empty list meant before null could be said") {
  EngineWorld world;
  world.create_topic("a");
  world.create_topic("b", 3);
  const ConnectionId client = world.connect();
  const MetadataRequest empty = metadata_request({});
  MetadataRequest null;
  null.topics.reset();
  CHECK(world.call(client, empty, 0).topics.size() == 2);
  CHECK(world.call(client, empty, 1).topics.empty());
  for (std::int16_t version = 1; version <= 13; ++version) {
    const auto response = world.call(client, null, version);
    REQUIRE(response.topics.size() == 2);
    CHECK(response.topics[1].name == "b");
    CHECK(response.topics[1].partitions.size() == 3);
    CHECK(response.controller_id == 1);
    REQUIRE(response.brokers.size() == 1);
    CHECK(response.brokers[0].host == "host1");
    CHECK(response.brokers[0].port == 9010);
  }
}

TEST_CASE("metadata: topics are made on demand when client and broker both want it") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  MetadataRequest request = metadata_request({"new"});
  request.allow_auto_topic_creation = false;
  CHECK(world.call(client, request, 4).topics[0].error_code ==
        ErrorCode::unknown_topic_or_partition);
  request.allow_auto_topic_creation = true;
  const auto response = world.call(client, request, 12);
  CHECK(response.topics[0].error_code == ErrorCode::none);
  CHECK(response.topics[0].partitions.size() == 1);
  CHECK(response.topics[0].topic_id == world.topic("new").id);
  CHECK(world.call(client, metadata_request({"old client"}), 1).topics[0].error_code ==
        ErrorCode::invalid_topic_exception);

  BrokerSettings settings;
  settings.topics.auto_create = false;
  EngineWorld strict(settings);
  CHECK(strict.call(strict.connect(), metadata_request({"new"}), 9).topics[0].error_code ==
        ErrorCode::unknown_topic_or_partition);
}

TEST_CASE("metadata: topics are found by id") {
  EngineWorld world;
  world.create_topic("a");
  MetadataRequest request;
  request.topics.emplace();
  request.topics->emplace_back().topic_id = world.topic("a").id;
  request.topics->emplace_back().topic_id = Uuid(1, 2);
  const auto response = world.call(world.connect(), request, 12);
  REQUIRE(response.topics.size() == 2);
  CHECK(response.topics[0].name == "a");
  CHECK(response.topics[1].error_code == ErrorCode::unknown_topic_id);
  CHECK_FALSE(response.topics[1].name);
}

TEST_CASE("metadata: with several nodes leaders are spread, and stopped nodes are gone") {
  EngineWorld world(with_nodes(3));
  world.create_topic("a", 3);
  MetadataRequest request = metadata_request({"a"});
  const auto leaders = [&](NodeId asked) {
    std::multiset<NodeId> ids;
    const auto response = world.call(world.connect(asked), request, 12);
    for (const auto& partition : response.topics[0].partitions) ids.insert(partition.leader_id);
    return std::pair(ids, response.brokers.size());
  };
  CHECK(leaders(2) == std::pair(std::multiset<NodeId>{1, 2, 3}, std::size_t{3}));
  REQUIRE(world.engine().stop_node(world.now, 2));
  const auto [after, brokers] = leaders(1);
  CHECK(brokers == 2);
  CHECK_FALSE(after.contains(2));
}

TEST_CASE("metadata: clients are told the listener that they came in on") {
  BrokerSettings settings;
  settings.listeners = {{"A", {"127.0.0.1", 0}}, {"B", {"127.0.0.1", 0}}};
  EngineWorld world(settings);
  const auto port_seen_on = [&](std::uint64_t listener) {
    return world.call(world.connect(1, listener), metadata_request({}), 9).brokers[0].port;
  };
  CHECK(port_seen_on(0) == 9010);
  CHECK(port_seen_on(1) == 9011);
}

TEST_CASE("metadata: authorized operations when asked for") {
  EngineWorld world;
  world.create_topic("a");
  const ConnectionId client = world.connect();
  MetadataRequest request = metadata_request({"a"});
  CHECK(world.call(client, request, 8).topics[0].topic_authorized_operations == INT32_MIN);
  request.include_topic_authorized_operations = true;
  CHECK(world.call(client, request, 8).topics[0].topic_authorized_operations == 3576);
  request.include_cluster_authorized_operations = true;
  CHECK(world.call(client, request, 10).cluster_authorized_operations == 8096);
}

}  // namespace
}  // namespace barnabas::broker::test
