#include "protocol/messages/describe_configs.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using Entry = DescribeConfigsResponse::DescribeConfigsResourceResult;

DescribeConfigsRequest describe(std::int8_t type, std::string_view name) {
  DescribeConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = type;
  resource.resource_name = name;
  resource.configuration_keys.reset();
  return request;
}

const Entry& entry(const DescribeConfigsResponse& response, std::string_view name) {
  for (const Entry& candidate : response.results.at(0).configs) {
    if (candidate.name == name) return candidate;
  }
  FAIL("no such setting");
  return response.results.at(0).configs.at(0);
}

TEST_CASE("describe_configs: a topic's settings and where they come from") {
  BrokerSettings settings;
  settings.storage.log.segment_bytes = 1 << 20;
  EngineWorld world(settings);
  world.create_topic("a", 1, {{"retention.ms", "5000"}, {"segment.jitter.ms", "7"}});
  DescribeConfigsRequest request = describe(2, "a");
  request.include_synonyms = true;
  request.include_documentation = true;
  const ConnectionId client = world.connect();
  for (std::int16_t version = 1; version <= 4; ++version) {
    DescribeConfigsRequest asked = request;
    if (version < 3) asked.include_documentation = false;
    const auto response = world.call(client, asked, version);
    CHECK(response.results[0].error_code == ErrorCode::none);
    CHECK(entry(response, "retention.ms").value == "5000");
    CHECK(entry(response, "retention.ms").config_source == 1);
    CHECK(entry(response, "retention.ms").synonyms.size() == 2);
    CHECK(entry(response, "segment.bytes").config_source == 4);
    CHECK(entry(response, "segment.bytes").synonyms.at(0).name == "log.segment.bytes");
    CHECK(entry(response, "cleanup.policy").value == "delete");
    CHECK(entry(response, "cleanup.policy").config_source == 5);
    CHECK(entry(response, "segment.jitter.ms").value == "7");
    if (version >= 3) {
      CHECK(entry(response, "cleanup.policy").config_type == 7);
      CHECK(entry(response, "retention.ms").config_type == 5);
      CHECK(entry(response, "retention.ms").documentation);
    }
  }
}

TEST_CASE("describe_configs: only the keys that are asked for") {
  EngineWorld world;
  world.create_topic("a");
  DescribeConfigsRequest request = describe(2, "a");
  request.resources[0].configuration_keys = {"retention.ms", "no.such.key"};
  CHECK(world.call(world.connect(), request, 4).results[0].configs.size() == 1);
}

TEST_CASE("describe_configs: the broker's own settings") {
  BrokerSettings settings;
  settings.topics.partitions = 4;
  EngineWorld world(settings);
  const ConnectionId client = world.connect();
  const auto response = world.call(client, describe(4, "1"), 4);
  CHECK(entry(response, "num.partitions").value == "4");
  CHECK(entry(response, "num.partitions").config_source == 4);
  CHECK(entry(response, "num.partitions").read_only);
  CHECK(entry(response, "message.max.bytes").value == "1048588");
  CHECK(world.call(client, describe(4, "2"), 4).results[0].error_code ==
        ErrorCode::invalid_request);
  CHECK(world.call(client, describe(4, ""), 4).results[0].configs.empty());
}

TEST_CASE("describe_configs: unknown topics and other resources") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  CHECK(world.call(client, describe(2, "a"), 4).results[0].error_code ==
        ErrorCode::unknown_topic_or_partition);
  CHECK(world.call(client, describe(16, "x"), 4).results[0].error_code ==
        ErrorCode::invalid_request);
}

}  // namespace
}  // namespace barnabas::broker::test
