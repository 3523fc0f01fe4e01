#include "broker/src/core/config/broker_properties.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace barnabas::broker {
namespace {

using namespace std::chrono_literals;

BrokerSettings with(std::string_view name, std::string_view value) {
  BrokerSettings settings;
  REQUIRE(broker_properties().set(settings, name, value));
  return settings;
}

Error error(std::string_view name, std::string_view value) {
  BrokerSettings settings;
  const Result<void> set = broker_properties().set(settings, name, value);
  return set ? Error() : set.error();
}

TEST_CASE("broker_properties: Kafka's names reach their settings") {
  CHECK(with("node.id", "7").node_id == 7);
  CHECK(with("broker.id", "7").node_id == 7);
  CHECK(with("auto.create.topics.enable", "false").topics.auto_create == false);
  CHECK(with("num.partitions", "4").topics.partitions == 4);
  CHECK(with("message.max.bytes", "99").storage.log.max_message_bytes == 99);
  CHECK(with("log.retention.ms", "-1").storage.log.retention_ms == -1);
  CHECK(with("log.retention.hours", "2").storage.log.retention_ms == 7200000);
  CHECK(with("log.roll.hours", "1").storage.log.segment_ms == 3600000);
  CHECK(with("log.cleanup.policy", "compact").storage.log.cleanup_compact);
  CHECK(with("group.max.session.timeout.ms", "9000").group.max_session_timeout == 9s);
  CHECK(with("offsets.retention.minutes", "3").group.offsets_retention == 3min);
  CHECK(with("connections.max.idle.ms", "5").connections.max_idle == 5ms);
  CHECK(with("barnabas.fsync", "always").storage.fsync == storage::FsyncPolicy::always);
  CHECK(with("log.dirs", "/tmp/data").data_folder == "/tmp/data");
}

TEST_CASE("broker_properties: what is printed can be set again") {
  const BrokerSettings settings;
  for (const auto& property : broker_properties().properties()) {
    CAPTURE(property.name());
    const std::string text = property.get(settings);
    BrokerSettings copy;
    if (property.name() != "advertised.listeners") CHECK(property.set(copy, text));
    CHECK(property.get(copy) == text);
  }
}

TEST_CASE("broker_properties: names are unique and documented") {
  std::set<std::string_view> names;
  for (const auto& property : broker_properties().properties()) {
    CHECK(names.insert(property.name()).second);
    CHECK_FALSE(property.doc().empty());
  }
}

TEST_CASE("broker_properties: mistakes are explained") {
  CHECK(error("num.partition", "1").context() ==
        "\"num.partition\" is not a property (did you mean \"num.partitions\"?)");
  CHECK(error("num.partitions", "0") == ErrorCode::invalid_property);
  CHECK(error("listeners", "nonsense:x") == ErrorCode::invalid_property);
}

TEST_CASE("broker_properties: Kafka's other properties are known, security is not waved through") {
  CHECK(is_kafka_property_without_effect("num.network.threads"));
  CHECK(is_kafka_property_without_effect("controller.quorum.voters"));
  CHECK(is_kafka_property_without_effect("transaction.state.log.replication.factor"));
  CHECK_FALSE(is_kafka_property_without_effect("offsets.topic.num.partitions"));
  CHECK_FALSE(is_kafka_property_without_effect("ssl.keystore.location"));
  CHECK_FALSE(is_kafka_property_without_effect("authorizer.class.name"));
  CHECK_FALSE(is_kafka_property_without_effect("num.partition"));
}

TEST_CASE("broker_properties: settings must fit together") {
  BrokerSettings settings;
  CHECK(validate(settings));
  settings.topics.replication_factor = 3;
  CHECK_FALSE(validate(settings));
  settings.nodes = 3;
  CHECK(validate(settings));
  settings.group.min_session_timeout = settings.group.max_session_timeout + 1ms;
  CHECK_FALSE(validate(settings));
}

}  // namespace
}  // namespace barnabas::broker
