#include "tests/interop/differential/group_requests.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/find_coordinator.hpp"

// FindCoordinator, and members of classic groups that come, go, and speak out of turn.

namespace barnabas::differential {
namespace {

using protocol::FindCoordinatorRequest;
using protocol::HeartbeatRequest;
using protocol::JoinGroupRequest;
using protocol::LeaveGroupRequest;
using protocol::SyncGroupRequest;

const MemberIds nobody("nobody", "nobody");

}  // namespace

void finding_coordinators(World& world) {
  Client client(world);
  for_each_version<FindCoordinatorRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, std::vector<std::string_view> keys,
                         std::int8_t type) {
      FindCoordinatorRequest request;
      if (version >= 1) request.key_type = type;
      if (version < 4) {
        request.key = keys.front();
      } else {
        request.coordinator_keys = std::move(keys);
      }
      client.ask<FindCoordinatorRequest>(step, version, request);
    };
    ask("a group", {"some-group"}, 0);
    ask("a group without name", {""}, 0);
    if (version >= 1) {
      ask("type 3", {"x"}, 3);
      ask("type -1", {"x"}, -1);
      ask("type 2", {"x"}, 2);
      ask("a share partition", {"group:AAAAAAAAAAAAAAAAAAAAAQ:0"}, 2);
    }
    if (version >= 4) {
      ask("two groups", {"a", "b"}, 0);
      ask("a group twice", {"a", "a"}, 0);
      ask("a group and one without name", {"a", ""}, 0);
    }
  });
}

void joining_groups(World& world) {
  for_each_version<JoinGroupRequest>([&](std::int16_t version) {
    Client first(world), second(world);
    const auto sync_version = std::min<std::int16_t>(version, SyncGroupRequest::versions.max);
    const auto beat_version = std::min<std::int16_t>(version, HeartbeatRequest::versions.max);
    Joining how;
    how.group = world.fresh("join");
    const MemberIds a = join_anew(first, "the first member", version, how);
    Membership member_a{how.group, a, 1};
    first.ask<HeartbeatRequest>("heartbeat before the assignment", beat_version,
                                heartbeat_request(member_a));
    first.ask<SyncGroupRequest>("the first assignment", sync_version,
                                sync_request(member_a, sync_version, {{a, "everything"}}));
    first.ask<HeartbeatRequest>("heartbeat", beat_version, heartbeat_request(member_a));
    first.ask<SyncGroupRequest>("the same assignment again", sync_version,
                                sync_request(member_a, sync_version, {{a, "something else"}}));
    // A second member: the first learns of it by its heartbeat and joins again.
    const MemberIds second_id = join_anew(second, "a second member", version, how, false);
    await_rebalance(world, member_a);
    first.ask<HeartbeatRequest>("heartbeat while another joins", beat_version,
                                heartbeat_request(member_a));
    first.ask<SyncGroupRequest>("sync while another joins", sync_version,
                                sync_request(member_a, sync_version));
    first.ask<JoinGroupRequest>("joins again", version, join_request(how, a));
    const MemberIds b = ids_of(second.finish<JoinGroupRequest>("the second member is in", version));
    (void)second_id;
    member_a.generation = 2;
    Membership member_b{how.group, b, 2};
    second.begin<SyncGroupRequest>(sync_version, sync_request(member_b, sync_version));
    first.ask<SyncGroupRequest>("the leader's assignment", sync_version,
                                sync_request(member_a, sync_version, {{a, "one"}, {b, "another"}}));
    second.finish<SyncGroupRequest>("the follower's assignment", sync_version);
    second.ask<HeartbeatRequest>("the follower's heartbeat", beat_version,
                                 heartbeat_request(member_b));
    second.ask<JoinGroupRequest>("the follower joins again with nothing new", version,
                                 join_request(how, b));
    member_b.generation = 1;
    second.ask<HeartbeatRequest>("an old generation", beat_version, heartbeat_request(member_b));
    member_b.generation = 2;
    // The leader joins again: a rebalance, whatever it says.
    first.begin<JoinGroupRequest>(version, join_request(how, a));
    await_rebalance(world, member_b);
    second.ask<HeartbeatRequest>("heartbeat while the leader joins", beat_version,
                                 heartbeat_request(member_b));
    second.ask<JoinGroupRequest>("the follower follows", version, join_request(how, b));
    first.finish<JoinGroupRequest>("the leader is in again", version);
    member_a.generation = member_b.generation = 3;
    second.begin<SyncGroupRequest>(sync_version, sync_request(member_b, sync_version));
    second.set_patience(std::chrono::seconds(5));
    first.ask<SyncGroupRequest>("an assignment for the leader alone", sync_version,
                                sync_request(member_a, sync_version, {{a, "one"}}));
    second.finish<SyncGroupRequest>("nothing for the follower", sync_version);
    const auto leave_version = std::min<std::int16_t>(version, LeaveGroupRequest::versions.max);
    second.ask<LeaveGroupRequest>("the follower leaves", leave_version,
                                  leave_request(member_b, leave_version));
    first.ask<HeartbeatRequest>("heartbeat after that", beat_version, heartbeat_request(member_a));
    first.ask<JoinGroupRequest>("the leader alone", version, join_request(how, a));
    first.ask<LeaveGroupRequest>("the leader leaves before syncing", leave_version,
                                 leave_request(member_a, leave_version));
  });
}

void groups_out_of_state(World& world) {
  Client client(world);
  for_each_version<JoinGroupRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const Joining& how, const MemberIds& ids = {}) {
      client.ask<JoinGroupRequest>(step, version, join_request(how, ids));
    };
    const auto changed = [&](auto change) {
      Joining how;
      how.group = world.fresh("refused");
      change(how);
      return how;
    };
    ask("no group", changed([](Joining& how) { how.group = ""; }));
    ask("an unknown member", changed([](Joining&) {}), nobody);
    ask("no protocols", changed([](Joining& how) { how.protocols.clear(); }));
    ask("no protocol type", changed([](Joining& how) { how.protocol_type = ""; }));
    ask("a session timeout too short", changed([](Joining& how) { how.session_timeout_ms = 999; }));
    ask("a session timeout too long",
        changed([](Joining& how) { how.session_timeout_ms = 1'800'001; }));
    ask("session timeout 0", changed([](Joining& how) { how.session_timeout_ms = 0; }));
    ask("session timeout -1", changed([](Joining& how) { how.session_timeout_ms = -1; }));
    // A group that has a member.
    Joining how;
    how.group = world.fresh("refused");
    const MemberIds a = join_anew(client, "the first member", version, how);
    Client other(world);
    const auto ask_other = [&](std::string_view step, const Joining& joining,
                               const MemberIds& ids = {}) {
      other.ask<JoinGroupRequest>(step, version, join_request(joining, ids));
    };
    Joining foreign = how;
    foreign.protocols = {"roundrobin"};
    ask_other("protocols that the group has not", foreign);
    foreign = how;
    foreign.protocol_type = "connect";
    ask_other("another protocol type", foreign);
    foreign = how;
    foreign.protocols.clear();
    ask_other("no protocols, in a group", foreign);
    ask_other("an unknown member, in a group", how, nobody);
    foreign = how;
    foreign.protocols = {"roundrobin"};
    ask_other("the member changes to protocols of its own", foreign, a);
    foreign.protocols.clear();
    ask_other("the member has no protocols any more", foreign, a);
  });
  const auto both = [&](std::string_view group, const MemberIds& ids, std::int32_t generation) {
    return Membership{group, ids, generation};
  };
  Joining how;
  how.group = world.fresh("state");
  const MemberIds a = join_anew(client, "a member", 5, how);
  for_each_version<SyncGroupRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const Membership& member,
                         std::optional<std::string_view> type = "consumer",
                         std::optional<std::string_view> name = "range") {
      client.ask<SyncGroupRequest>(step, version, sync_request(member, version, {}, type, name));
    };
    ask("no group", both("", a, 1));
    ask("unknown group", both("no-such-group", a, 1));
    ask("unknown member", both(how.group, nobody, 1));
    ask("no member", both(how.group, {}, 1));
    ask("an old generation", both(how.group, a, 0));
    ask("a generation to come", both(how.group, a, 2));
    ask("generation -1", both(how.group, a, -1));
    if (version >= 3) {
      Membership fixed = both(how.group, a, 1);
      fixed.instance = "no-such-instance";
      ask("an unknown instance", fixed);
    }
    if (version < 5) return;
    ask("no protocol type", both(how.group, a, 1), std::nullopt);
    ask("no protocol name", both(how.group, a, 1), "consumer", std::nullopt);
    ask("another protocol type", both(how.group, a, 1), "connect");
    ask("another protocol name", both(how.group, a, 1), "consumer", "sticky");
  });
  for_each_version<HeartbeatRequest>([&](std::int16_t version) {
    const auto ask = [&](std::string_view step, const Membership& member) {
      client.ask<HeartbeatRequest>(step, version, heartbeat_request(member));
    };
    ask("no group", both("", a, 1));
    ask("unknown group", both("no-such-group", a, 1));
    ask("unknown member", both(how.group, nobody, 1));
    ask("no member", both(how.group, {}, 1));
    ask("an old generation", both(how.group, a, 0));
    ask("a generation to come", both(how.group, a, 2));
    ask("before the assignment", both(how.group, a, 1));
    if (version < 3) return;
    Membership fixed = both(how.group, a, 1);
    fixed.instance = "no-such-instance";
    ask("an unknown instance", fixed);
  });
}

void static_members(World& world) {
  for (std::int16_t version = 5; version <= JoinGroupRequest::versions.max; ++version) {
    Client first(world), second(world);
    const auto sync_version = std::min<std::int16_t>(version, SyncGroupRequest::versions.max);
    const auto beat_version = std::int16_t{4};
    Joining how;
    how.group = world.fresh("static");
    how.instance = "instance-1";
    const MemberIds a = join_anew(first, "a static member", version, how);
    Membership member{how.group, a, 1, how.instance};
    first.ask<SyncGroupRequest>("its assignment", sync_version,
                                sync_request(member, sync_version, {{a, "everything"}}));
    first.ask<JoinGroupRequest>("joins with an id that is not its own", version,
                                join_request(how, nobody));
    // It comes back without its id, as after a restart: the same assignment, no rebalance.
    const MemberIds again = ids_of(
        second.ask<JoinGroupRequest>("back without id", version, join_request(how, MemberIds())));
    first.ask<HeartbeatRequest>("the heartbeat of the one before", beat_version,
                                heartbeat_request(member));
    first.ask<SyncGroupRequest>("the sync of the one before", sync_version,
                                sync_request(member, sync_version));
    first.ask<JoinGroupRequest>("the join of the one before", version, join_request(how, a));
    Membership back{how.group, again, 1, how.instance};
    second.ask<SyncGroupRequest>("the sync of the one now", sync_version,
                                 sync_request(back, sync_version));
    second.ask<HeartbeatRequest>("the heartbeat of the one now", beat_version,
                                 heartbeat_request(back));
    // With another subscription there is a rebalance.
    Joining other = how;
    other.metadata = subscription_to("another-topic");
    const MemberIds third = ids_of(second.ask<JoinGroupRequest>("back with other metadata", version,
                                                                join_request(other, MemberIds())));
    Membership now{how.group, third, 2, how.instance};
    second.ask<HeartbeatRequest>("before its assignment", beat_version, heartbeat_request(now));
    second.ask<SyncGroupRequest>("a new assignment", sync_version,
                                 sync_request(now, sync_version, {{third, "all of it"}}));
    Membership no_instance = now;
    no_instance.instance.reset();
    second.ask<HeartbeatRequest>("without its instance", beat_version,
                                 heartbeat_request(no_instance));
    Membership wrong = now;
    wrong.instance = "instance-2";
    second.ask<HeartbeatRequest>("with the instance of another", beat_version,
                                 heartbeat_request(wrong));
    const auto leave = [&](std::string_view step, std::vector<Membership> who) {
      second.ask<LeaveGroupRequest>(step, 5, [&](Side side) {
        LeaveGroupRequest request;
        request.group_id = how.group;
        for (const Membership& leaving : who) {
          auto& entry = request.members.emplace_back();
          entry.member_id = leaving.ids[side];
          entry.group_instance_id = leaving.instance;
        }
        return request;
      });
    };
    leave("an unknown instance leaves", {{how.group, {}, 0, "instance-9"}});
    leave("the member of before leaves", {{how.group, a, 0, how.instance}});
    leave("leaves by its instance, and an unknown member with it",
          {{how.group, {}, 0, how.instance}, {how.group, nobody, 0, std::nullopt}});
    leave("leaves twice", {{how.group, {}, 0, how.instance}});
  }
}

void leaving_groups(World& world) {
  for_each_version<LeaveGroupRequest>([&](std::int16_t version) {
    Client client(world);
    Joining how;
    how.group = world.fresh("leave");
    const auto ask = [&](std::string_view step, const Membership& member) {
      client.ask<LeaveGroupRequest>(step, version, leave_request(member, version));
    };
    ask("no group", {"", nobody});
    ask("unknown group", {"no-such-group", nobody});
    const MemberIds a = join_anew(client, "a member", 5, how);
    ask("unknown member", {how.group, nobody});
    ask("no member", {how.group, MemberIds()});
    // An id that was given out and not used yet may leave, too.
    const MemberIds pending =
        ids_of(client.ask<JoinGroupRequest>("an id only", 5, join_request(how, MemberIds())));
    ask("the id that was given out", {how.group, pending});
    ask("a member", {how.group, a});
    ask("again", {how.group, a});
    if (version < 3) return;
    LeaveGroupRequest none;
    none.group_id = how.group;
    client.ask<LeaveGroupRequest>("no members", version, none);
  });
}

}  // namespace barnabas::differential
