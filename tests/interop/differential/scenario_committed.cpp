#include "tests/interop/differential/group_requests.hpp"
#include "tests/interop/differential/produce_requests.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/delete_groups.hpp"
#include "protocol/messages/delete_topics.hpp"
#include "protocol/messages/describe_groups.hpp"
#include "protocol/messages/list_groups.hpp"
#include "protocol/messages/offset_commit.hpp"
#include "protocol/messages/offset_delete.hpp"
#include "protocol/messages/offset_fetch.hpp"

// Committed offsets, and groups seen from outside.

namespace barnabas::differential {
namespace {

using protocol::DeleteGroupsRequest;
using protocol::DescribeGroupsRequest;
using protocol::ListGroupsRequest;
using protocol::OffsetCommitRequest;
using protocol::OffsetDeleteRequest;
using protocol::OffsetFetchRequest;

constexpr std::int16_t first_by_id = 10;

struct Commit {
  std::string_view group;
  MemberIds member = {};
  std::int32_t generation = -1;
  std::optional<std::string_view> instance = std::nullopt;
  std::int32_t partition = 0;
  std::int64_t offset = 42;
  std::optional<std::string_view> metadata = "note";
  std::int32_t leader_epoch = -1;
};

auto commit_request(const Commit& commit, const KnownTopic& topic, std::int16_t version) {
  return [=](Side side) {
    OffsetCommitRequest request;
    request.group_id = commit.group;
    request.member_id = commit.member[side];
    request.generation_id_or_member_epoch = commit.generation;
    if (version >= 7) request.group_instance_id = commit.instance;
    auto& wanted = request.topics.emplace_back();
    if (version >= first_by_id) {
      wanted.topic_id = topic.ids[side];
    } else {
      wanted.name = topic.name;
    }
    auto& partition = wanted.partitions.emplace_back();
    partition.partition_index = commit.partition;
    partition.committed_offset = commit.offset;
    partition.committed_metadata = commit.metadata;
    if (version >= 6) partition.committed_leader_epoch = commit.leader_epoch;
    return request;
  };
}

using Partitions = std::vector<std::int32_t>;

auto fetch_request(std::string_view group,
                   const std::vector<std::pair<KnownTopic, Partitions>>* topics,
                   std::int16_t version) {
  return [=](Side side) {
    OffsetFetchRequest request;
    if (version < 8) {
      request.group_id = group;
      request.topics.reset();
      if (!topics) return request;
      request.topics.emplace();
      for (const auto& [topic, partitions] : *topics) {
        auto& wanted = request.topics->emplace_back();
        wanted.name = topic.name;
        wanted.partition_indexes = partitions;
      }
      return request;
    }
    auto& of = request.groups.emplace_back();
    of.group_id = group;
    if (!topics) return request;
    of.topics.emplace();
    for (const auto& [topic, partitions] : *topics) {
      auto& wanted = of.topics->emplace_back();
      if (version >= first_by_id) {
        wanted.topic_id = topic.ids[side];
      } else {
        wanted.name = topic.name;
      }
      wanted.partition_indexes = partitions;
    }
    return request;
  };
}

/// A group with one member that has its assignment.
MemberIds stable_group(Client& client, const Joining& how) {
  const MemberIds ids = join_anew(client, "a member", 5, how);
  client.ask<protocol::SyncGroupRequest>(
      "its assignment", 3, sync_request({how.group, ids, 1, how.instance}, 3, {{ids, "all"}}));
  return ids;
}

}  // namespace

void committing_offsets(World& world) {
  Client client(world);
  const KnownTopic topic = make_topic(world, "commit", 2);
  const KnownTopic unknown{"no-such-topic", {Uuid(7, 8), Uuid(7, 8)}};
  const MemberIds nobody("nobody", "nobody");
  for_each_version<OffsetCommitRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const Commit& commit, const KnownTopic& to) {
      client.ask<OffsetCommitRequest>(step, version, commit_request(commit, to, version));
    };
    const std::string_view simple = world.fresh("simple");
    ask("no group name", {"", {}}, topic);
    ask("a simple consumer", {simple, {}}, topic);
    ask("a simple consumer again", {simple, {}, -1, std::nullopt, 0, 43}, topic);
    ask("generation 0 of no group", {world.fresh("none"), nobody, 0}, topic);
    ask("a member of no group", {world.fresh("none"), nobody, -1}, topic);
    ask("unknown partition", {simple, {}, -1, std::nullopt, 7}, topic);
    ask("negative partition", {simple, {}, -1, std::nullopt, -1}, topic);
    ask("unknown topic", {simple, {}}, unknown);
    ask("no topic", {simple, {}}, KnownTopic{"", {}});
    ask("a negative offset", {simple, {}, -1, std::nullopt, 0, -5}, topic);
    ask("null metadata", {simple, {}, -1, std::nullopt, 0, 44, std::nullopt}, topic);
    ask("long metadata", {simple, {}, -1, std::nullopt, 0, 45, world.keep(std::string(4096, 'm'))},
        topic);
    ask("metadata that is too long",
        {simple, {}, -1, std::nullopt, 0, 46, world.keep(std::string(4097, 'm'))}, topic);
    ask("a leader epoch", {simple, {}, -1, std::nullopt, 1, 47, "", 3}, topic);
    Joining how;
    how.group = world.fresh("member");
    const MemberIds a = join_anew(client, "a member", 5, how);
    ask("before the assignment", {how.group, a, 1}, topic);
    client.ask<protocol::SyncGroupRequest>("its assignment", 3,
                                           sync_request({how.group, a, 1}, 3, {{a, "all"}}));
    ask("by its member", {how.group, a, 1}, topic);
    ask("by an old generation", {how.group, a, 0}, topic);
    ask("by a generation to come", {how.group, a, 2}, topic);
    ask("by a stranger", {how.group, nobody, 1}, topic);
    ask("by nobody in particular", {how.group, {}, -1}, topic);
    ask("by its member without generation", {how.group, a, -1}, topic);
    if (version >= 7) ask("by an unknown instance", {how.group, a, 1, "instance-7"}, topic);
  });
}

void fetching_offsets(World& world) {
  Client client(world);
  const KnownTopic topic = make_topic(world, "committed", 3);
  const KnownTopic unknown{"no-such-topic", {Uuid(7, 8), Uuid(7, 8)}};
  const std::string_view group = world.fresh("committed");
  for (const std::int32_t partition : {0, 1}) {
    client.ask<OffsetCommitRequest>(
        "prepare", 9,
        commit_request({group, {}, -1, std::nullopt, partition, 10 + partition, "note", partition},
                       topic, 9));
  }
  for_each_version<OffsetFetchRequest>([&](std::int16_t version) {
    using Topics = std::vector<std::pair<KnownTopic, Partitions>>;
    const auto ask = [&](std::string_view step, std::string_view of, const Topics& topics) {
      client.ask<OffsetFetchRequest>(step, version, fetch_request(of, &topics, version));
    };
    ask("committed", group, {{topic, {0, 1}}});
    ask("not committed", group, {{topic, {2}}});
    ask("unknown partition", group, {{topic, {8}}});
    ask("negative partition", group, {{topic, {-1}}});
    ask("unknown topic", group, {{unknown, {0}}});
    ask("no topic", group, {{KnownTopic{"", {}}, {0}}});
    ask("a topic and an unknown one", group, {{topic, {0}}, {unknown, {0}}});
    ask("no partitions", group, {{topic, {}}});
    ask("no topics", group, {});
    ask("a topic twice", group, {{topic, {0}}, {topic, {1}}});
    ask("a partition twice", group, {{topic, {0, 0}}});
    ask("unknown group", "no-such-group", {{topic, {0}}});
    ask("no group name", "", {{topic, {0}}});
    if (version >= 2) {
      client.ask<OffsetFetchRequest>("everything", version, fetch_request(group, nullptr, version));
      client.ask<OffsetFetchRequest>("everything of an unknown group", version,
                                     fetch_request("no-such-group", nullptr, version));
    }
    if (version >= 7) {
      client.ask<OffsetFetchRequest>("stable ones", version, [&](Side side) {
        const Topics topics{{topic, {0}}};
        OffsetFetchRequest request = fetch_request(group, &topics, version)(side);
        request.require_stable = true;
        return request;
      });
    }
    if (version >= 8) {
      client.ask<OffsetFetchRequest>("two groups", version, [&](Side side) {
        const Topics topics{{topic, {0}}};
        OffsetFetchRequest request = fetch_request(group, &topics, version)(side);
        request.groups.push_back(request.groups.front());
        request.groups.back().group_id = "no-such-group";
        return request;
      });
    }
    if (version >= 9) {
      for (const std::int32_t epoch : {-1, 0, 1}) {
        client.ask<OffsetFetchRequest>(
            "as a member, epoch " + std::to_string(epoch), version, [&](Side side) {
              const Topics topics{{topic, {0}}};
              OffsetFetchRequest request = fetch_request(group, &topics, version)(side);
              request.groups.front().member_id = "nobody";
              request.groups.front().member_epoch = epoch;
              return request;
            });
      }
    }
  });
}

void deleting_offsets(World& world) {
  Client client(world);
  const KnownTopic topic = make_topic(world, "forget", 2);
  const auto ask = [&](std::string_view step, std::string_view group, std::string_view name,
                       std::int32_t partition) {
    OffsetDeleteRequest request;
    request.group_id = group;
    auto& wanted = request.topics.emplace_back();
    wanted.name = name;
    wanted.partitions.emplace_back().partition_index = partition;
    client.ask<OffsetDeleteRequest>(step, 0, request);
  };
  const auto fetch = [&](std::string_view step, std::string_view group) {
    client.ask<OffsetFetchRequest>(step, 7, fetch_request(group, nullptr, 7));
  };
  const std::string_view group = world.fresh("forget");
  client.ask<OffsetCommitRequest>("prepare", 9, commit_request({group, {}}, topic, 9));
  ask("unknown group", "no-such-group", topic.name, 0);
  ask("no group name", "", topic.name, 0);
  ask("unknown topic", group, "no-such-topic", 0);
  ask("unknown partition", group, topic.name, 5);
  ask("what is not committed", group, topic.name, 1);
  ask("what is committed", group, topic.name, 0);
  ask("again", group, topic.name, 0);
  fetch("what is left", group);
  // Of a group that reads the topic.
  Joining how;
  how.group = world.fresh("forget");
  how.metadata = subscription_to(topic.name);
  const MemberIds member = stable_group(client, how);
  client.ask<OffsetCommitRequest>("prepare", 9, commit_request({how.group, member, 1}, topic, 9));
  ask("of a topic that is read", how.group, topic.name, 0);
  const KnownTopic other = make_topic(world, "forget", 1);
  client.ask<OffsetCommitRequest>("prepare", 9, commit_request({how.group, member, 1}, other, 9));
  ask("of a topic that is not read", how.group, other.name, 0);
  fetch("what is left of a group with members", how.group);
  Joining foreign;
  foreign.group = world.fresh("forget");
  foreign.protocol_type = "connect";
  stable_group(client, foreign);
  ask("of a group that is not of consumers", foreign.group, topic.name, 0);
  client.ask<OffsetDeleteRequest>("no topics", 0, [&](Side) {
    OffsetDeleteRequest request;
    request.group_id = group;
    return request;
  });
}

void describing_groups(World& world) {
  Client client(world), waiting(world, "another-client");
  const auto list = [&](std::string_view step, std::int16_t version,
                        std::vector<std::string_view> states = {},
                        std::vector<std::string_view> types = {}) {
    ListGroupsRequest request;
    request.states_filter = std::move(states);
    request.types_filter = std::move(types);
    client.ask<ListGroupsRequest>(step, version, request);
  };
  Joining stable, joining, empty, fixed;
  stable.group = world.fresh("shown");
  const MemberIds member = stable_group(client, stable);
  joining.group = world.fresh("shown");
  join_anew(waiting, "a member without assignment", 5, joining);
  empty.group = world.fresh("shown");
  const MemberIds gone = stable_group(client, empty);
  client.ask<protocol::LeaveGroupRequest>("leaves", 0, leave_request({empty.group, gone}, 0));
  fixed.group = world.fresh("shown");
  fixed.instance = "instance";
  stable_group(client, fixed);
  const std::string_view simple = world.fresh("shown");
  const KnownTopic topic = make_topic(world, "shown", 1);
  client.ask<OffsetCommitRequest>("a simple consumer", 9, commit_request({simple, {}}, topic, 9));
  for_each_version<DescribeGroupsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, std::vector<std::string_view> groups) {
      DescribeGroupsRequest request;
      request.groups = std::move(groups);
      client.ask<DescribeGroupsRequest>(step, version, request);
      if (version < 3) return;
      request.include_authorized_operations = true;
      client.ask<DescribeGroupsRequest>(std::string(step) + ", what is allowed", version, request);
    };
    ask("a stable group", {stable.group});
    ask("a group without assignment", {joining.group});
    ask("an empty group", {empty.group});
    ask("a static member", {fixed.group});
    ask("a simple consumer", {simple});
    ask("unknown group", {"no-such-group"});
    ask("no group name", {""});
    ask("two groups", {stable.group, "no-such-group"});
    ask("a group twice", {stable.group, stable.group});
  });
  for_each_version<ListGroupsRequest>([&](std::int16_t version) {
    list("all groups", version);
    if (version < 4) return;
    list("stable ones", version, {"Stable"});
    list("in small letters", version, {"stable", "empty"});
    list("completing ones", version, {"CompletingRebalance"});
    list("an unknown state", version, {"Sleeping"});
    if (version < 5) return;
    list("classic ones", version, {}, {"classic"});
    list("in capitals", version, {}, {"Classic"});
    list("of the new kind", version, {}, {"consumer"});
    list("an unknown kind", version, {}, {"tribe"});
    list("classic and empty", version, {"Empty"}, {"classic"});
  });
}

void deleting_groups(World& world) {
  Client client(world);
  const KnownTopic topic = make_topic(world, "gone", 1);
  for_each_version<DeleteGroupsRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, std::vector<std::string_view> groups) {
      DeleteGroupsRequest request;
      request.groups_names = std::move(groups);
      client.ask<DeleteGroupsRequest>(step, version, request);
    };
    Joining how;
    how.group = world.fresh("gone");
    const MemberIds member = stable_group(client, how);
    ask("a group with members", {how.group});
    client.ask<protocol::LeaveGroupRequest>("leaves", 0, leave_request({how.group, member}, 0));
    ask("an empty group", {how.group});
    ask("again", {how.group});
    const std::string_view simple = world.fresh("gone");
    client.ask<OffsetCommitRequest>("a simple consumer", 9, commit_request({simple, {}}, topic, 9));
    ask("two groups, one unknown", {simple, "no-such-group"});
    client.ask<OffsetFetchRequest>("its offsets", 7, fetch_request(simple, nullptr, 7));
    ask("no group name", {""});
    ask("a group twice", {"no-such-group", "no-such-group"});
    ask("no groups", {});
  });
}

}  // namespace barnabas::differential
