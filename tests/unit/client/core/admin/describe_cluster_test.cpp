#include "client/src/core/admin/describe_cluster.hpp"

#include "protocol/messages/metadata.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;

TEST_CASE("the cluster is described with its brokers") {
  AdminFixture fixture;
  fixture.script.set_controller(2);
  const ClusterDescription cluster = fixture.admin.describe_cluster().get().value();
  CHECK(cluster.cluster_id == "scripted");
  CHECK(cluster.controller == 2);
  REQUIRE(cluster.brokers.size() == 2);
  CHECK(cluster.brokers[1].host == "kafka-2");
  CHECK(cluster.brokers[1].port == 9092);
  CHECK(cluster.brokers[1].rack == "b");
  CHECK_FALSE(cluster.brokers[0].rack.has_value());
}

TEST_CASE("topics are listed by name") {
  AdminFixture fixture;
  fixture.script.add_topic("b", {1, 2});
  fixture.script.add_topic("a", {1});
  const auto topics = fixture.admin.list_topics().get().value();
  REQUIRE(topics.size() == 2);
  CHECK(topics[0].name == "a");
  CHECK(topics[1].partitions == 2);
  CHECK_FALSE(topics[1].id.is_zero());
}

TEST_CASE("describing a topic that does not exist is an error and creates nothing") {
  AdminFixture fixture;
  fixture.script.add_topic("a", {1, 2});
  const auto results = fixture.admin.describe_topics({"missing", "a"}).get().value();
  REQUIRE(results.size() == 2);
  CHECK(results[0].first == "missing");
  CHECK(outcome(results[0].second) == "UNKNOWN_TOPIC_OR_PARTITION");
  REQUIRE(results[1].second.has_value());
  CHECK(results[1].second->partitions.at(1).leader == 2);
  fixture.script.answer_by_hand(ApiKey::Metadata);
  const Future<NamedResults<TopicDescription>> pending =
      fixture.admin.describe_topics({"missing"}).future();
  CHECK_FALSE(fixture.script.expect<protocol::MetadataRequest>()->allow_auto_topic_creation);
}
