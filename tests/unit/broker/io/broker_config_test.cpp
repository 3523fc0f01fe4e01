#include <barnabas/broker_config.hpp>

#include "broker/src/core/config/broker_settings.hpp"

#include <doctest/doctest.h>

namespace barnabas {
namespace {

TEST_CASE("broker_config: typed setters and properties reach the same settings") {
  BrokerConfig config;
  config.node_id(4).nodes(3).partitions(6).auto_create_topics(false).data_folder("/tmp/x");
  CHECK(config.settings().node_id == 4);
  CHECK(config.settings().nodes == 3);
  CHECK(config.settings().data_folder == "/tmp/x");
  const auto same = BrokerConfig::from_properties({{"node.id", "4"},
                                                   {"barnabas.nodes", "3"},
                                                   {"num.partitions", "6"},
                                                   {"auto.create.topics.enable", "false"},
                                                   {"log.dirs", "/tmp/x"}});
  REQUIRE(same);
  CHECK(same->properties() == config.properties());
}

TEST_CASE("broker_config: the first listener replaces the default, others are added") {
  BrokerConfig config;
  CHECK(config.settings().listeners.size() == 1);
  config.listen("127.0.0.1:1").listen("LOCAL://[::1]:2").advertise("example.org:3");
  REQUIRE(config.settings().listeners.size() == 2);
  CHECK(config.settings().listeners[1].name == "LOCAL");
  CHECK(config.settings().advertised.size() == 1);
  CHECK(config.error().ok());
  config.listen("not an address");
  CHECK(config.error() == ErrorCode::invalid_property);
}

TEST_CASE("broker_config: finer units of a time win over coarser ones in any order") {
  const auto config =
      BrokerConfig::from_properties({{"log.retention.ms", "5000"}, {"log.retention.hours", "168"}});
  REQUIRE(config);
  CHECK(config->settings().storage.log.retention_ms == 5000);
}

TEST_CASE("broker_config: Kafka's other properties are noted, mistakes refused") {
  const auto config = BrokerConfig::from_properties({{"num.io.threads", "8"}});
  REQUIRE(config);
  CHECK(config->ignored() == std::vector<std::string>{"num.io.threads"});
  BrokerConfig other;
  CHECK_FALSE(other.set("num.partition", "8"));
  CHECK_FALSE(other.set("num.partitions", "zero"));
  CHECK_FALSE(other.set("ssl.keystore.location", "x"));
}

TEST_CASE("broker_config: copies are independent") {
  BrokerConfig one;
  BrokerConfig two = one;
  two.partitions(9);
  CHECK(one.settings().topics.partitions == 1);
  one = two;
  CHECK(one.settings().topics.partitions == 9);
}

}  // namespace
}  // namespace barnabas
