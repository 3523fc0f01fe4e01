#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/alter_configs.hpp"
#include "protocol/messages/describe_configs.hpp"
#include "protocol/messages/incremental_alter_configs.hpp"

// DescribeConfigs, AlterConfigs, IncrementalAlterConfigs.

namespace barnabas::differential {
namespace {

using protocol::AlterConfigsRequest;
using protocol::DescribeConfigsRequest;
using protocol::IncrementalAlterConfigsRequest;

constexpr std::int8_t topic_type = 2, broker_type = 4, broker_logger_type = 8,
                      client_metrics_type = 16, group_type = 32;
constexpr std::int8_t set = 0, unset = 1, append = 2, subtract = 3;

DescribeConfigsRequest describe(std::int8_t type, std::string_view name,
                                std::optional<std::vector<std::string_view>> keys = {}) {
  DescribeConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = type;
  resource.resource_name = name;
  resource.configuration_keys = std::move(keys);
  return request;
}

AlterConfigsRequest alter(std::int8_t type, std::string_view name, std::string_view key,
                          std::optional<std::string_view> value, bool validate_only = false) {
  AlterConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = type;
  resource.resource_name = name;
  auto& config = resource.configs.emplace_back();
  config.name = key;
  config.value = value;
  request.validate_only = validate_only;
  return request;
}

IncrementalAlterConfigsRequest change(std::int8_t type, std::string_view name,
                                      std::int8_t operation, std::string_view key,
                                      std::optional<std::string_view> value,
                                      bool validate_only = false) {
  IncrementalAlterConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = type;
  resource.resource_name = name;
  auto& config = resource.configs.emplace_back();
  config.name = key;
  config.config_operation = operation;
  config.value = value;
  request.validate_only = validate_only;
  return request;
}

}  // namespace

void describing_configs(World& world) {
  Client client(world);
  const std::string_view topic = world.fresh("configs");
  world.create_topic(
      topic, 1,
      {{"retention.ms", "12345"}, {"cleanup.policy", "compact"}, {"segment.bytes", "1048576"}});
  for_each_version<DescribeConfigsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, DescribeConfigsRequest request) {
      client.ask<DescribeConfigsRequest>(step, version, request);
      request.include_synonyms = true;
      request.include_documentation = version >= 3;
      client.ask<DescribeConfigsRequest>(std::string(step) + ", at length", version, request);
    };
    ask("a topic", describe(topic_type, topic));
    ask("two keys", describe(topic_type, topic, {{"retention.ms", "segment.ms"}}));
    ask("an unknown key", describe(topic_type, topic, {{"no.such.setting"}}));
    ask("no keys", describe(topic_type, topic, std::vector<std::string_view>()));
    ask("the offsets topic", describe(topic_type, "__consumer_offsets"));
    ask("unknown topic", describe(topic_type, "no-such-topic"));
    ask("a bad name", describe(topic_type, "a b"));
    ask("an empty name", describe(topic_type, ""));
    ask("the broker", describe(broker_type, "1"));
    ask("a key of the broker", describe(broker_type, "1", {{"num.partitions"}}));
    ask("all brokers", describe(broker_type, ""));
    ask("another broker", describe(broker_type, "2"));
    ask("a broker that is no number", describe(broker_type, "one"));
    ask("a group", describe(group_type, "some-group"));
    ask("client metrics", describe(client_metrics_type, "some-metrics"));
    ask("an unknown type", describe(77, "x"));
    ask("type 0", describe(0, "x"));
    DescribeConfigsRequest twice = describe(topic_type, topic, {{"retention.ms"}});
    twice.resources.push_back(twice.resources.front());
    ask("a topic twice", twice);
  });
}

void altering_configs(World& world) {
  Client client(world);
  const auto show = [&](std::string_view topic) {
    client.ask<DescribeConfigsRequest>("what became of it", 4, describe(topic_type, topic));
  };
  for_each_version<AlterConfigsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const AlterConfigsRequest& request) {
      client.ask<AlterConfigsRequest>(step, version, request);
    };
    const std::string_view topic = world.fresh("alter");
    world.create_topic(topic, 1, {{"segment.bytes", "1048576"}});
    ask("validate only", alter(topic_type, topic, "retention.ms", "5", true));
    ask("a topic", alter(topic_type, topic, "retention.ms", "5"));
    ask("a value that is none", alter(topic_type, topic, "retention.ms", "soon"));
    ask("a null value", alter(topic_type, topic, "retention.ms", std::nullopt));
    ask("an unknown key", alter(topic_type, topic, "no.such.setting", "1"));
    ask("unknown topic", alter(topic_type, "no-such-topic", "retention.ms", "5"));
    ask("a bad name", alter(topic_type, "a b", "retention.ms", "5"));
    ask("an empty name", alter(topic_type, "", "retention.ms", "5"));
    ask("an unknown type", alter(77, "x", "retention.ms", "5"));
    ask("another broker", alter(broker_type, "2", "log.retention.ms", "5"));
    AlterConfigsRequest twice = alter(topic_type, topic, "retention.ms", "5");
    twice.resources.push_back(twice.resources.front());
    // Apache Kafka leaves this without an answer.
    client.set_patience(std::chrono::milliseconds(1500));
    ask("a topic twice", twice);
    client.set_patience(std::chrono::seconds(10));
    AlterConfigsRequest key_twice = alter(topic_type, topic, "retention.ms", "5");
    key_twice.resources.front().configs.push_back(key_twice.resources.front().configs.front());
    ask("a key twice", key_twice);
  });
  for_each_version<IncrementalAlterConfigsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const IncrementalAlterConfigsRequest& request) {
      client.ask<IncrementalAlterConfigsRequest>(step, version, request);
    };
    const std::string_view topic = world.fresh("change");
    world.create_topic(topic, 1, {{"segment.bytes", "1048576"}});
    ask("validate only", change(topic_type, topic, set, "retention.ms", "5", true));
    ask("set", change(topic_type, topic, set, "retention.ms", "5"));
    ask("unset", change(topic_type, topic, unset, "segment.bytes", std::nullopt));
    ask("unset what is not set", change(topic_type, topic, unset, "segment.ms", std::nullopt));
    ask("unset with a value", change(topic_type, topic, unset, "segment.ms", "1"));
    ask("append", change(topic_type, topic, append, "cleanup.policy", "compact"));
    ask("append what is there", change(topic_type, topic, append, "cleanup.policy", "compact"));
    ask("subtract", change(topic_type, topic, subtract, "cleanup.policy", "delete"));
    ask("subtract what is not there",
        change(topic_type, topic, subtract, "cleanup.policy", "delete"));
    ask("append a value that is none",
        change(topic_type, topic, append, "cleanup.policy", "shred"));
    ask("append to what is no list", change(topic_type, topic, append, "retention.ms", "5"));
    ask("subtract from what is no list", change(topic_type, topic, subtract, "retention.ms", "5"));
    ask("set to a value that is none", change(topic_type, topic, set, "retention.ms", "soon"));
    ask("set to null", change(topic_type, topic, set, "retention.ms", std::nullopt));
    ask("append null", change(topic_type, topic, append, "cleanup.policy", std::nullopt));
    ask("an unknown operation", change(topic_type, topic, 9, "retention.ms", "5"));
    ask("an unknown key", change(topic_type, topic, set, "no.such.setting", "1"));
    ask("unset an unknown key", change(topic_type, topic, unset, "no.such.setting", std::nullopt));
    ask("an empty key", change(topic_type, topic, set, "", "1"));
    ask("unknown topic", change(topic_type, "no-such-topic", set, "retention.ms", "5"));
    ask("a bad name", change(topic_type, "a b", set, "retention.ms", "5"));
    ask("an empty name", change(topic_type, "", set, "retention.ms", "5"));
    ask("an unknown type", change(77, "x", set, "retention.ms", "5"));
    ask("another broker", change(broker_type, "2", set, "log.retention.ms", "5"));
    ask("a broker that is no number", change(broker_type, "one", set, "log.retention.ms", "5"));
    ask("a logger of another broker", change(broker_logger_type, "2", set, "x", "INFO"));
    IncrementalAlterConfigsRequest twice = change(topic_type, topic, set, "retention.ms", "5");
    twice.resources.push_back(twice.resources.front());
    ask("a topic twice", twice);
    IncrementalAlterConfigsRequest key_twice = change(topic_type, topic, set, "retention.ms", "5");
    key_twice.resources.front().configs.push_back(key_twice.resources.front().configs.front());
    ask("a key twice", key_twice);
    show(topic);
  });
}

}  // namespace barnabas::differential
