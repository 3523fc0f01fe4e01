#include "protocol/messages/incremental_alter_configs.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::IncrementalAlterConfigsRequest;

constexpr std::int8_t set = 0, remove = 1, append = 2, subtract = 3;

struct ConfigWorld : EngineWorld {
  ConfigWorld() { create_topic("a", 1, {{"retention.ms", "5000"}}); }

  ErrorCode alter(std::string_view name, std::int8_t operation,
                  std::optional<std::string_view> value, bool validate_only = false) {
    IncrementalAlterConfigsRequest request;
    request.validate_only = validate_only;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = 2;
    resource.resource_name = "a";
    resource.configs.push_back({name, operation, value});
    const ErrorCode first = call(connect(), request, 0).responses.at(0).error_code;
    if (operation == set || operation == remove) {
      CHECK(call(connect(), request, 1).responses.at(0).error_code == first);
    }
    return first;
  }
  const TopicConfig& config() { return topic("a").config; }
};

TEST_CASE("incremental_alter_configs: set and remove") {
  ConfigWorld world;
  CHECK(world.alter("segment.bytes", set, "1000000") == ErrorCode::none);
  CHECK(world.config().log.segment_bytes == 1000000);
  CHECK(world.config().log.retention_ms == 5000);
  CHECK(world.alter("retention.ms", remove, std::nullopt) == ErrorCode::none);
  CHECK(world.config().log.retention_ms == storage::LogConfig().retention_ms);
  world.restart();
  CHECK(world.config().log.segment_bytes == 1000000);
}

TEST_CASE("incremental_alter_configs: lists grow and shrink") {
  ConfigWorld world;
  CHECK(world.alter("cleanup.policy", append, "compact") == ErrorCode::none);
  CHECK(world.config().log.cleanup_compact);
  CHECK(world.config().log.cleanup_delete);
  CHECK(world.alter("cleanup.policy", subtract, "delete") == ErrorCode::none);
  CHECK_FALSE(world.config().log.cleanup_delete);
  CHECK(world.alter("cleanup.policy", subtract, "compact") == ErrorCode::invalid_config);
  CHECK(world.alter("retention.ms", append, "1") == ErrorCode::invalid_config);
}

TEST_CASE("incremental_alter_configs: mistakes change nothing") {
  ConfigWorld world;
  CHECK(world.alter("segment.bytes", set, "1") == ErrorCode::invalid_config);
  CHECK(world.alter("segment.bytes", set, std::nullopt) == ErrorCode::invalid_request);
  CHECK(world.alter("no.such", set, "1") == ErrorCode::invalid_config);
  CHECK(world.alter("no.such", remove, std::nullopt) == ErrorCode::none);
  CHECK(world.alter("segment.bytes", 9, "5000000") == ErrorCode::invalid_request);
  CHECK(world.alter("segment.bytes", set, "5000000", true) == ErrorCode::none);
  CHECK(world.config().log.segment_bytes == storage::LogConfig().segment_bytes);
}

}  // namespace
}  // namespace barnabas::broker::test
