#include "broker/src/core/topic/topic_config.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker {
namespace {

TEST_CASE("topic_config: broker settings, then topic properties") {
  BrokerSettings settings;
  settings.storage.log.max_message_bytes = 500;
  settings.topics.timestamp_after_max_ms = 10;
  const TopicConfig base = default_topic_config(settings);
  CHECK(base.log.max_message_bytes == 500);
  CHECK(base.timestamp_after_max_ms == 10);
  const auto config = apply_topic_properties(base, {{"max.message.bytes", "600"},
                                                    {"compression.type", "lz4"},
                                                    {"min.insync.replicas", "2"},
                                                    {"segment.jitter.ms", "3"}});
  REQUIRE(config);
  CHECK(config->log.max_message_bytes == 600);
  CHECK(config->compression == "lz4");
  CHECK(config->min_insync_replicas == 2);
  CHECK(config->timestamp_after_max_ms == 10);
}

TEST_CASE("topic_config: what Kafka would refuse is refused") {
  const TopicConfig base;
  const auto refused = [&](std::string name, std::string value) {
    const auto config = apply_topic_properties(base, {{name, value}});
    return !config && config.error() == ErrorCode::invalid_config;
  };
  CHECK(refused("compression.type", "brotli"));
  CHECK(refused("min.insync.replicas", "0"));
  CHECK(refused("retention.ms", "soon"));
  CHECK(refused("no.such.thing", "1"));
}

}  // namespace
}  // namespace barnabas::broker
