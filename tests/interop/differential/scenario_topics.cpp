#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/create_partitions.hpp"
#include "protocol/messages/create_topics.hpp"
#include "protocol/messages/delete_topics.hpp"

#include <initializer_list>

// CreateTopics, CreatePartitions and DeleteTopics.

namespace barnabas::differential {
namespace {

using protocol::CreatePartitionsRequest;
using protocol::CreateTopicsRequest;
using protocol::DeleteTopicsRequest;
using Brokers = std::initializer_list<std::int32_t>;

CreateTopicsRequest create(std::string_view topic, std::int32_t partitions = 1,
                           std::int16_t replication_factor = 1) {
  CreateTopicsRequest request;
  auto& wanted = request.topics.emplace_back();
  wanted.name = topic;
  wanted.num_partitions = partitions;
  wanted.replication_factor = replication_factor;
  return request;
}

CreateTopicsRequest validate(CreateTopicsRequest request) {
  request.validate_only = true;
  return request;
}

CreateTopicsRequest with_config(CreateTopicsRequest request, std::string_view name,
                                std::optional<std::string_view> value) {
  auto& config = request.topics.front().configs.emplace_back();
  config.name = name;
  config.value = value;
  return request;
}

CreateTopicsRequest with_assignment(CreateTopicsRequest request, std::int32_t partition,
                                    Brokers brokers) {
  auto& assignment = request.topics.front().assignments.emplace_back();
  assignment.partition_index = partition;
  assignment.broker_ids = brokers;
  return request;
}

CreatePartitionsRequest grow(std::string_view topic, std::int32_t count, bool validate_only = false,
                             std::initializer_list<Brokers> assignments = {}) {
  CreatePartitionsRequest request;
  auto& wanted = request.topics.emplace_back();
  wanted.name = topic;
  wanted.count = count;
  request.validate_only = validate_only;
  request.timeout_ms = 5000;
  if (assignments.size() > 0) wanted.assignments.emplace();
  for (const Brokers& brokers : assignments) {
    wanted.assignments->emplace_back().broker_ids = brokers;
  }
  return request;
}

DeleteTopicsRequest remove_named(std::int16_t version, std::string_view topic) {
  DeleteTopicsRequest request;
  request.timeout_ms = 5000;
  if (version >= 6) {
    request.topics.emplace_back().name = topic;
  } else {
    request.topic_names.push_back(topic);
  }
  return request;
}

}  // namespace

void creating_topics(World& world) {
  Client client(world);
  for_each_version<CreateTopicsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const CreateTopicsRequest& request) {
      client.ask<CreateTopicsRequest>(step, version, request);
    };
    const std::string_view topic = world.fresh("create");
    ask("validate only", validate(create(topic, 3)));
    ask("new topic", create(topic, 3));
    world.await_topic(topic, 3);
    ask("topic exists", create(topic, 3));
    ask("topic exists, validate only", validate(create(topic, 3)));
    // Both defaults may be left to the broker from version 4 on (KIP-464).
    ask("default partitions and replication factor", create(world.fresh("create"), -1, -1));
    ask("default partitions", create(world.fresh("create"), -1, 1));
    ask("no partitions", create(world.fresh("create"), 0));
    ask("negative partitions", create(world.fresh("create"), -2));
    ask("replication factor 0", create(world.fresh("create"), 1, 0));
    ask("replication factor -2", create(world.fresh("create"), 1, -2));
    ask("replication factor beyond the brokers", create(world.fresh("create"), 1, 2));
    ask("replication factor 100", create(world.fresh("create"), 1, 100));
    for (const std::string_view name :
         {"", ".", "..", "a b", "a/b", "a:b", "\xC3\xA4", "a,b", "__cluster_metadata"}) {
      ask("the name '" + std::string(name) + "'", create(name));
    }
    ask("a name of 249", create(world.keep(std::string(243, 'x') + std::to_string(version) + "-v" +
                                           std::string(3, 'y'))));
    ask("a name of 250", create(world.keep(std::string(250, 'x'))));
    const std::string base = "collide." + std::to_string(version) + ".x";
    ask("a name with dots", create(world.keep(std::string(base))));
    ask("a name that collides", create(world.keep("collide_" + std::to_string(version) + "_x")));
    ask("a name that does not collide",
        create(world.keep("collide-" + std::to_string(version) + "-x")));
    CreateTopicsRequest twice = create(world.fresh("create"));
    twice.topics.push_back(twice.topics.front());
    ask("a topic twice", twice);
    CreateTopicsRequest several = create(world.fresh("create"), 2);
    several.topics.push_back(create(world.fresh("create"), 0).topics.front());
    several.topics.push_back(create("a b").topics.front());
    ask("one good, two bad", several);

    ask("assignment",
        with_assignment(with_assignment(create(world.fresh("create"), -1, -1), 0, {1}), 1, {1}));
    ask("assignment, partitions given",
        with_assignment(create(world.fresh("create"), 1, -1), 0, {1}));
    ask("assignment, replication factor given",
        with_assignment(create(world.fresh("create"), -1, 1), 0, {1}));
    ask("assignment to an unknown broker",
        with_assignment(create(world.fresh("create"), -1, -1), 0, {77}));
    ask("assignment to nobody", with_assignment(create(world.fresh("create"), -1, -1), 0, {}));
    ask("assignment to a broker twice",
        with_assignment(create(world.fresh("create"), -1, -1), 0, {1, 1}));
    ask("assignment not from 0", with_assignment(create(world.fresh("create"), -1, -1), 1, {1}));
    ask("assignment with a gap",
        with_assignment(with_assignment(create(world.fresh("create"), -1, -1), 0, {1}), 2, {1}));
    ask("assignment of a partition twice",
        with_assignment(with_assignment(create(world.fresh("create"), -1, -1), 0, {1}), 0, {1}));
    ask("assignment of different sizes",
        with_assignment(with_assignment(create(world.fresh("create"), -1, -1), 0, {1}), 1, {1, 2}));
    ask("assignment of a negative partition",
        with_assignment(create(world.fresh("create"), -1, -1), -1, {1}));
  });
}

void configuring_new_topics(World& world) {
  Client client(world);
  struct Case {
    std::string_view name;
    std::optional<std::string_view> value;
  };
  const std::initializer_list<Case> cases{{"retention.ms", "1000"},
                                          {"retention.ms", "-1"},
                                          {"retention.ms", "-2"},
                                          {"retention.ms", "soon"},
                                          {"retention.ms", ""},
                                          {"retention.ms", std::nullopt},
                                          {"retention.bytes", "-1"},
                                          {"retention.bytes", "12345"},
                                          {"cleanup.policy", "compact"},
                                          {"cleanup.policy", "compact,delete"},
                                          {"cleanup.policy", "delete, compact"},
                                          {"cleanup.policy", "shred"},
                                          {"cleanup.policy", ""},
                                          {"segment.bytes", "1048576"},
                                          {"segment.bytes", "13"},
                                          {"segment.ms", "0"},
                                          {"segment.ms", "100"},
                                          {"max.message.bytes", "0"},
                                          {"max.message.bytes", "-1"},
                                          {"max.message.bytes", "100"},
                                          {"compression.type", "zstd"},
                                          {"compression.type", "producer"},
                                          {"compression.type", "uncompressed"},
                                          {"compression.type", "rar"},
                                          {"message.timestamp.type", "LogAppendTime"},
                                          {"message.timestamp.type", "Yesterday"},
                                          {"min.insync.replicas", "1"},
                                          {"min.insync.replicas", "0"},
                                          {"min.insync.replicas", "2"},
                                          {"flush.messages", "1"},
                                          {"flush.messages", "0"},
                                          {"flush.ms", "-1"},
                                          {"index.interval.bytes", "-1"},
                                          {"segment.index.bytes", "3"},
                                          {"delete.retention.ms", "5"},
                                          {"file.delete.delay.ms", "-1"},
                                          {"min.cleanable.dirty.ratio", "0.5"},
                                          {"min.cleanable.dirty.ratio", "1.5"},
                                          {"min.compaction.lag.ms", "1"},
                                          {"max.compaction.lag.ms", "0"},
                                          {"unclean.leader.election.enable", "true"},
                                          {"unclean.leader.election.enable", "perhaps"},
                                          {"preallocate", "true"},
                                          {"message.timestamp.before.max.ms", "1000"},
                                          {"message.timestamp.after.max.ms", "-1"},
                                          {"message.format.version", "3.0"},
                                          {"message.downconversion.enable", "false"},
                                          {"compression.gzip.level", "5"},
                                          {"compression.gzip.level", "50"},
                                          {"compression.lz4.level", "18"},
                                          {"compression.zstd.level", "50"},
                                          {"leader.replication.throttled.replicas", "0:1"},
                                          {"leader.replication.throttled.replicas", "nonsense"},
                                          {"follower.replication.throttled.replicas", "*"},
                                          {"remote.storage.enable", "true"},
                                          {"local.retention.ms", "10"},
                                          {"no.such.setting", "1"},
                                          {"", "1"},
                                          {"RETENTION.MS", "1000"}};
  for (const std::int16_t version : Versions{4, 7}) {
    for (const Case& setting : cases) {
      client.ask<CreateTopicsRequest>(
          std::string(setting.name) + "=" + std::string(setting.value.value_or("(null)")), version,
          with_config(create(world.fresh("config")), setting.name, setting.value));
    }
    client.ask<CreateTopicsRequest>(
        "a setting twice", version,
        with_config(with_config(create(world.fresh("config")), "retention.ms", "1"), "retention.ms",
                    "2"));
    client.ask<CreateTopicsRequest>(
        "settings at odds", version,
        with_config(with_config(create(world.fresh("config")), "min.compaction.lag.ms", "20"),
                    "max.compaction.lag.ms", "10"));
  }
}

void creating_partitions(World& world) {
  Client client(world);
  for_each_version<CreatePartitionsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const CreatePartitionsRequest& request) {
      client.ask<CreatePartitionsRequest>(step, version, request);
    };
    const std::string_view topic = world.fresh("grow");
    world.create_topic(topic, 2);
    ask("validate only", grow(topic, 4, true));
    ask("two more", grow(topic, 4));
    world.await_topic(topic, 4);
    ask("as many as there are", grow(topic, 4));
    ask("fewer", grow(topic, 1));
    ask("none", grow(topic, 0));
    ask("negative", grow(topic, -1));
    ask("unknown topic", grow("no-such-topic", 3));
    ask("a bad name", grow("a b", 3));
    ask("assigned", grow(topic, 5, false, {{1}}));
    world.await_topic(topic, 5);
    ask("assigned to an unknown broker", grow(topic, 6, false, {{9}}));
    ask("assigned to nobody", grow(topic, 6, false, {{}}));
    ask("assigned to a broker twice", grow(topic, 6, false, {{1, 1}}));
    ask("more assignments than partitions", grow(topic, 6, false, {{1}, {1}}));
    ask("fewer assignments than partitions", grow(topic, 7, false, {{1}}));
    CreatePartitionsRequest twice = grow(topic, 6);
    twice.topics.push_back(twice.topics.front());
    ask("a topic twice", twice);
    ask("the offsets topic", grow("__consumer_offsets", 1));
  });
}

void deleting_topics(World& world) {
  Client client(world);
  for_each_version<DeleteTopicsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const DeleteTopicsRequest& request) {
      client.ask<DeleteTopicsRequest>(step, version, request);
    };
    const std::string_view topic = world.fresh("delete");
    const Both<Uuid> ids = world.create_topic(topic, 2);
    ask("by name", remove_named(version, topic));
    world.await_topic(topic, 0);
    ask("again", remove_named(version, topic));
    ask("unknown topic", remove_named(version, "no-such-topic"));
    ask("a bad name", remove_named(version, "a b"));
    ask("an empty name", remove_named(version, ""));
    DeleteTopicsRequest twice = remove_named(version, "no-such-topic");
    twice.topic_names.insert(twice.topic_names.end(), twice.topic_names.begin(),
                             twice.topic_names.end());
    if (version >= 6) twice.topics.push_back(twice.topics.front());
    ask("a name twice", twice);
    if (version < 6) return;
    const auto by_id = [&](const Both<Uuid>& id, std::optional<std::string_view> name) {
      return [&world, id, name](Side side) {
        (void)world;
        DeleteTopicsRequest request;
        request.timeout_ms = 5000;
        auto& state = request.topics.emplace_back();
        state.topic_id = id[side];
        state.name = name;
        return request;
      };
    };
    client.ask<DeleteTopicsRequest>("by an id that is gone", version, by_id(ids, std::nullopt));
    const std::string_view second = world.fresh("delete");
    const Both<Uuid> second_ids = world.create_topic(second, 1);
    client.ask<DeleteTopicsRequest>("by id and name", version, by_id(second_ids, second));
    client.ask<DeleteTopicsRequest>("by neither", version, by_id({}, std::nullopt));
    client.ask<DeleteTopicsRequest>("by id", version, by_id(second_ids, std::nullopt));
    world.await_topic(second, 0);
  });
}

}  // namespace barnabas::differential
