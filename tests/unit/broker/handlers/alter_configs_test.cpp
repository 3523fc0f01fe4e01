#include "protocol/messages/alter_configs.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::AlterConfigsRequest;

TEST_CASE("alter_configs: what is not named goes back to its default") {
  EngineWorld world;
  world.create_topic("a", 1, {{"retention.ms", "5000"}});
  AlterConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = 2;
  resource.resource_name = "a";
  resource.configs.push_back({"segment.bytes", "1000000"});
  const ConnectionId client = world.connect();
  for (std::int16_t version = 0; version <= 2; ++version) {
    CHECK(world.call(client, request, version).responses[0].error_code == ErrorCode::none);
  }
  CHECK(world.topic("a").config.log.segment_bytes == 1000000);
  CHECK(world.topic("a").config.log.retention_ms == storage::LogConfig().retention_ms);

  resource.configs = {{"segment.bytes", "1"}};
  CHECK(world.call(client, request, 2).responses[0].error_code == ErrorCode::invalid_config);
  CHECK(world.topic("a").config.log.segment_bytes == 1000000);
  resource.configs = {{"segment.bytes", std::nullopt}};
  CHECK(world.call(client, request, 2).responses[0].error_code == ErrorCode::invalid_request);
}

TEST_CASE("alter_configs: only topics, each once") {
  EngineWorld world;
  world.create_topic("a");
  AlterConfigsRequest request;
  request.resources.resize(2);
  request.resources[0].resource_type = request.resources[1].resource_type = 2;
  request.resources[0].resource_name = request.resources[1].resource_name = "a";
  auto response = world.call(world.connect(), request, 2);
  CHECK(response.responses[0].error_code == ErrorCode::invalid_request);
  CHECK(response.responses[1].error_code == ErrorCode::invalid_request);
  request.resources[1].resource_name = "b";
  request.resources[0].resource_type = 4;
  response = world.call(world.connect(), request, 2);
  CHECK(response.responses[0].error_code == ErrorCode::invalid_request);
  CHECK(response.responses[1].error_code == ErrorCode::unknown_topic_or_partition);
}

}  // namespace
}  // namespace barnabas::broker::test
