#include "client/src/core/cluster/metadata_updater.hpp"

#include "protocol/messages/metadata.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using protocol::MetadataResponse;

namespace {

struct Known {
  Metadata metadata;
  MetadataUpdater updater{metadata};

  void apply(const MetadataResponse& response, const MetadataUpdater::TopicNames& asked = {"t"},
             bool complete = true) {
    updater.apply(response, asked, asked, complete);
  }
  NodeId leader() const { return metadata.partition("t", 0)->leader; }
  std::int32_t epoch() const { return metadata.partition("t", 0)->leader_epoch; }
};

MetadataResponse response_with(NodeId leader, std::int32_t epoch, Uuid id = Uuid(1, 1),
                               std::int32_t partitions = 1) {
  MetadataResponse response;
  for (const NodeId node : {1, 2}) {
    auto& broker = response.brokers.emplace_back();
    broker.node_id = node;
    broker.host = "kafka";
    broker.port = 9092;
  }
  response.controller_id = 1;
  response.cluster_id = "c";
  auto& topic = response.topics.emplace_back();
  topic.name = "t";
  topic.topic_id = id;
  for (std::int32_t i = 0; i < partitions; ++i) {
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = i;
    partition.leader_id = leader;
    partition.leader_epoch = epoch;
    partition.replica_nodes = {1, 2};
  }
  return response;
}

MetadataResponse response_without_topic(ErrorCode error = ErrorCode::none) {
  MetadataResponse response = response_with(1, 1);
  response.topics.clear();
  if (error != ErrorCode::none) {
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.error_code = error;
  }
  return response;
}

}  // namespace

TEST_CASE("a response is taken over whole") {
  Known known;
  known.apply(response_with(2, 5));
  CHECK(known.leader() == 2);
  CHECK(known.metadata.partition("t", 0)->replicas == std::vector<NodeId>{1, 2});
  CHECK(known.metadata.partition("t", 1) == nullptr);
  CHECK(known.metadata.partition("t", -1) == nullptr);
  CHECK(known.metadata.topic(Uuid(1, 1))->name == "t");
  CHECK(known.metadata.broker(2)->address.to_string() == "kafka:9092");
  CHECK(known.metadata.controller() == 1);
  CHECK(known.metadata.cluster_id() == "c");
  CHECK(known.metadata.generation() == 1);
}

TEST_CASE("cat_C21 a leader epoch never goes back") {
  Known known;
  known.apply(response_with(1, 5));
  SUBCASE("an older one is stale") {
    known.apply(response_with(2, 4));
    CHECK(known.leader() == 1);
    CHECK(known.epoch() == 5);
  }
  SUBCASE("the same one is taken") {
    known.apply(response_with(2, 5));
    CHECK(known.leader() == 2);
  }
  SUBCASE("a broker without epochs is believed") {
    known.apply(response_with(2, -1));
    CHECK(known.leader() == 2);
    CHECK(known.epoch() == -1);
  }
  SUBCASE("another topic id starts anew") {
    known.apply(response_with(2, 0, Uuid(1, 2)));
    CHECK(known.leader() == 2);
    CHECK(known.epoch() == 0);
    CHECK(known.metadata.topic(Uuid(1, 1)) == nullptr);
    CHECK(known.metadata.topic(Uuid(1, 2)) != nullptr);
  }
}

TEST_CASE("a recreated topic may have fewer partitions, a living one may not") {
  Known known;
  known.apply(response_with(1, 5, Uuid(1, 1), 3));
  known.apply(response_with(1, 5, Uuid(1, 1), 2));
  CHECK(known.metadata.topic("t")->partitions.size() == 3);
  known.apply(response_with(1, 0, Uuid(1, 2), 2));
  CHECK(known.metadata.topic("t")->partitions.size() == 2);
  Known without_ids;
  without_ids.apply(response_with(1, -1, Uuid(), 3));
  without_ids.apply(response_with(1, -1, Uuid(), 2));
  CHECK(without_ids.metadata.topic("t")->partitions.size() == 2);
}

TEST_CASE("a topic that vanishes or fails keeps its partitions and counts") {
  Known known;
  known.apply(response_with(1, 5));
  known.apply(response_without_topic());
  known.apply(response_without_topic(ErrorCode::unknown_topic_or_partition));
  known.apply(response_without_topic(ErrorCode::leader_not_available));
  const TopicMetadata* topic = known.metadata.topic("t");
  REQUIRE(topic != nullptr);
  CHECK(topic->error == ErrorCode::leader_not_available);
  CHECK(topic->failed_refreshes == 3);
  CHECK(known.leader() == 1);
  known.apply(response_with(2, 6));
  CHECK(known.metadata.topic("t")->failed_refreshes == 0);
  CHECK(known.metadata.topic("t")->error == ErrorCode::none);
}

TEST_CASE("topics of no interest are forgotten by complete responses only") {
  Known known;
  known.apply(response_with(1, 5));
  known.apply(response_without_topic(), {"u"}, false);
  CHECK(known.metadata.topic("t") != nullptr);
  CHECK(known.metadata.topic("u")->error == ErrorCode::unknown_topic_or_partition);
  known.apply(response_without_topic(), {"u"}, true);
  CHECK(known.metadata.topic("t") == nullptr);
  CHECK(known.metadata.topic(Uuid(1, 1)) == nullptr);
}

TEST_CASE("a partition without a leader has an error") {
  Known known;
  known.apply(response_with(-1, 5));
  CHECK(known.metadata.partition("t", 0)->error == ErrorCode::leader_not_available);
}

TEST_CASE("hints about leaders are taken when they are newer") {
  Known known;
  known.apply(response_with(1, 5));
  CHECK_FALSE(known.updater.apply_leader("t", 0, 2, 5));
  CHECK_FALSE(known.updater.apply_leader("t", 1, 2, 6));
  CHECK_FALSE(known.updater.apply_leader("t", -1, 2, 6));
  CHECK_FALSE(known.updater.apply_leader("u", 0, 2, 6));
  CHECK_FALSE(known.updater.apply_leader("t", 0, -1, 6));
  CHECK(known.updater.apply_leader("t", 0, 2, 6));
  CHECK(known.leader() == 2);
  known.updater.apply_broker({3, {"new", 1}, std::nullopt});
  CHECK(known.metadata.broker(3)->address.host == "new");
}

TEST_CASE("impossible indexes and ports cost nothing") {
  Known known;
  MetadataResponse response = response_with(1, 5);
  for (const std::int32_t index : {2'000'000'000, -7}) {
    auto& partition = response.topics[0].partitions.emplace_back();
    partition.partition_index = index;
    partition.leader_id = 2;
  }
  response.brokers[1].port = 70000;
  known.apply(response);
  CHECK(known.metadata.topic("t")->partitions.size() < 2000);
  CHECK(known.leader() == 1);
  CHECK(known.metadata.broker(2) == nullptr);
}
