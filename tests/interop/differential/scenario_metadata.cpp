#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/describe_cluster.hpp"
#include "protocol/messages/describe_topic_partitions.hpp"
#include "protocol/messages/metadata.hpp"

// Metadata, DescribeTopicPartitions, DescribeCluster.

namespace barnabas::differential {
namespace {

using protocol::DescribeClusterRequest;
using protocol::DescribeTopicPartitionsRequest;
using protocol::MetadataRequest;

MetadataRequest about(std::initializer_list<std::string_view> topics, std::int16_t version) {
  MetadataRequest request;
  request.topics.emplace();
  for (const std::string_view topic : topics) request.topics->emplace_back().name = topic;
  request.allow_auto_topic_creation = version < 4;  // 4 added the field
  return request;
}

MetadataRequest with_operations(MetadataRequest request, std::int16_t version) {
  request.include_topic_authorized_operations = version >= 8;
  request.include_cluster_authorized_operations = version >= 8 && version <= 10;
  return request;
}

DescribeTopicPartitionsRequest describe(std::initializer_list<std::string_view> topics,
                                        std::int32_t limit = 2000) {
  DescribeTopicPartitionsRequest request;
  for (const std::string_view topic : topics) request.topics.emplace_back().name = topic;
  request.response_partition_limit = limit;
  return request;
}

DescribeTopicPartitionsRequest from(DescribeTopicPartitionsRequest request, std::string_view topic,
                                    std::int32_t partition) {
  request.cursor.emplace();
  request.cursor->topic_name = topic;
  request.cursor->partition_index = partition;
  return request;
}

}  // namespace

void metadata(World& world) {
  Client client(world);
  const std::string_view topic = world.fresh("metadata");
  const Both<Uuid> ids = world.create_topic(topic, 3);
  for_each_version<MetadataRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const MetadataRequest& request) {
      client.ask<MetadataRequest>(step, version, request);
    };
    ask("a topic", about({topic}, version));
    ask("a topic and what is allowed", with_operations(about({topic}, version), version));
    ask("a topic twice", about({topic, topic}, version));
    if (version >= 1) ask("no topics", about({}, version));
    ask("the offsets topic", about({"__consumer_offsets"}, version));
    if (version >= 4) {
      ask("unknown, not to be created", about({"no-such-topic"}, version));
      ask("unknown and what is allowed",
          with_operations(about({"no-such-topic"}, version), version));
      ask("a known and an unknown one", about({topic, "no-such-topic"}, version));
    }
    for (const std::string_view name : {"", ".", "..", "a b", "a/b"}) {
      ask("the name '" + std::string(name) + "'", about({name}, version));
    }
    ask("a name of 250", about({world.keep(std::string(250, 'm'))}, version));
    // Asking creates it; the first answer may come before or after the creation.
    const std::string_view made = world.fresh("auto");
    MetadataRequest create = about({made}, version);
    create.allow_auto_topic_creation = true;
    Client quiet(world);
    quiet.quietly().ask<MetadataRequest>("create", version, create);
    world.await_topic(made, 1);
    ask("a topic made by asking", about({made}, version));
    MetadataRequest bad = about({"a b"}, version);
    bad.allow_auto_topic_creation = true;
    ask("a bad name to be created", bad);
    if (version < 10) return;
    const auto by_id = [&](const Both<Uuid>& id, std::optional<std::string_view> name) {
      return [&world, id, name](Side side) {
        (void)world;
        MetadataRequest request;
        request.allow_auto_topic_creation = false;
        auto& wanted = request.topics.emplace().emplace_back();
        wanted.topic_id = id[side];
        wanted.name = name;
        return request;
      };
    };
    const Both<Uuid> unknown(Uuid(1, 2), Uuid(1, 2));
    client.ask<MetadataRequest>("by id", version, by_id(ids, std::nullopt));
    client.ask<MetadataRequest>("by id and name", version, by_id(ids, topic));
    client.ask<MetadataRequest>("by an unknown id", version, by_id(unknown, std::nullopt));
    client.ask<MetadataRequest>("by an unknown id and a name", version, by_id(unknown, topic));
    client.ask<MetadataRequest>("by neither id nor name", version, by_id({}, std::nullopt));
  });
}

void describing_topics(World& world) {
  Client client(world);
  const std::string_view first = world.fresh("describe-a");
  const std::string_view second = world.fresh("describe-b");
  world.create_topic(first, 3);
  world.create_topic(second, 2);
  const auto ask = [&](std::string_view step, const DescribeTopicPartitionsRequest& request) {
    client.ask<DescribeTopicPartitionsRequest>(step, 0, request);
  };
  ask("two topics", describe({second, first}));
  ask("a topic twice", describe({first, first}));
  ask("unknown topic", describe({"no-such-topic", first}));
  ask("a bad name", describe({"a b"}));
  ask("an empty name", describe({""}));
  ask("the offsets topic", describe({"__consumer_offsets"}));
  for (const std::int32_t limit : {0, -1, 1, 2, 3, 4, 5}) {
    ask("limit " + std::to_string(limit), describe({first, second}, limit));
  }
  ask("cursor in the first", from(describe({first, second}), first, 1));
  ask("cursor in the second", from(describe({first, second}), second, 1));
  ask("cursor beyond the partitions", from(describe({first, second}), first, 9));
  ask("cursor of a negative partition", from(describe({first, second}), first, -1));
  ask("cursor at a topic that is not asked for", from(describe({second}), first, 1));
  ask("cursor at an unknown topic", from(describe({first, second}), "describe-aa", 0));
  ask("cursor behind everything", from(describe({first, second}), "zzz", 0));
  ask("cursor and limit", from(describe({first, second}, 2), first, 1));
}

void describing_cluster(World& world) {
  Client client(world);
  for_each_version<DescribeClusterRequest>([&](std::int16_t version) {
    DescribeClusterRequest request;
    client.ask<DescribeClusterRequest>("brokers", version, request);
    request.include_cluster_authorized_operations = true;
    client.ask<DescribeClusterRequest>("brokers and what is allowed", version, request);
    if (version >= 2) {
      request.include_fenced_brokers = true;
      client.ask<DescribeClusterRequest>("fenced brokers too", version, request);
    }
    if (version < 1) return;
    for (const std::int8_t type : std::initializer_list<std::int8_t>{0, 2, 3, -1}) {
      DescribeClusterRequest other;
      other.endpoint_type = type;
      client.ask<DescribeClusterRequest>("endpoint type " + std::to_string(type), version, other);
    }
  });
}

}  // namespace barnabas::differential
