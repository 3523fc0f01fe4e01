#include "broker/src/core/group/group_membership.hpp"

#include "protocol/base/planted_bug.hpp"

#include <algorithm>

// The course of a rebalance: collecting joins, choosing a generation, giving up on members.

namespace barnabas::broker {

void GroupMembership::maybe_prepare_rebalance(const Now& now, ClassicGroup& group) {
  if (!group.is(GroupState::preparing_rebalance)) prepare_rebalance(now, group);
  try_complete_join(now, group);
}

void GroupMembership::prepare_rebalance(const Now& now, ClassicGroup& group) {
  if (group.is(GroupState::completing_rebalance)) {
    fail_syncs(now, group, ErrorCode::rebalance_in_progress);
  }
  timers_.cancel({TimerKind::sync, group.group_id(), {}});
  Duration wait = group.rebalance_timeout();
  if (group.is(GroupState::empty)) {
    // More members usually follow the first at once; one rebalance for all is better than one each.
    const Duration delay = std::min(config_.initial_rebalance_delay, wait);
    initial_delays_[group.group_id()] = wait - delay;
    joined_during_delay_[group.group_id()] = false;
    wait = delay;
  }
  group.transition(GroupState::preparing_rebalance, now.wall);
  timers_.set({TimerKind::rebalance, group.group_id(), {}}, now.monotonic + wait);
}

void GroupMembership::try_complete_join(const Now& now, ClassicGroup& group) {
  if (!group.is(GroupState::preparing_rebalance)) return;
  if (initial_delays_.contains(group.group_id())) return;
  if (group.all_members_joined()) complete_join(now, group);
}

void GroupMembership::rebalance_time_is_up(const Now& now, ClassicGroup& group) {
  if (!group.is(GroupState::preparing_rebalance)) return;
  auto delay = initial_delays_.find(group.group_id());
  if (delay != initial_delays_.end()) {
    const Duration remaining = delay->second;
    if (joined_during_delay_[group.group_id()] && remaining > Duration::zero()) {
      const Duration more = std::min(config_.initial_rebalance_delay, remaining);
      delay->second = remaining - more;
      joined_during_delay_[group.group_id()] = false;
      timers_.set({TimerKind::rebalance, group.group_id(), {}}, now.monotonic + more);
      return;
    }
  }
  complete_join(now, group);
}

void GroupMembership::complete_join(const Now& now, ClassicGroup& group) {
  timers_.cancel({TimerKind::rebalance, group.group_id(), {}});
  initial_delays_.erase(group.group_id());
  joined_during_delay_.erase(group.group_id());

  std::vector<std::string> absent;
  for (const auto& [id, member] : group.members()) {
    if (planted(PlantedBug::keep_dead_members)) continue;
    if (!member.awaiting_join && !member.group_instance_id) absent.push_back(id);
  }
  for (const std::string& id : absent) {
    timers_.cancel({TimerKind::session, group.group_id(), id});
    group.remove(id);
  }
  if (group.has_members() && !group.elect_joined_leader()) {
    // Only static members are left and none of them is back: they keep their place until their
    // sessions end.
    timers_.set({TimerKind::rebalance, group.group_id(), {}},
                now.monotonic + group.rebalance_timeout());
    return;
  }
  group.next_generation(now.wall);
  if (group.is(GroupState::empty)) {
    log_.append(group.group_id(), {group_record(group)}, [](const Now&, const Result<void>&) {
      // A failure only means that a restart finds the former members, whose sessions then end.
    });
    return;
  }
  timers_.set({TimerKind::sync, group.group_id(), {}}, now.monotonic + group.rebalance_timeout());
  group.for_each([&](GroupMember& member) {
    if (member.awaiting_join) {
      answer_join(now, group, member);
    } else {
      restart_session(now, group, member);  // a static member that is still expected back
    }
  });
}

void GroupMembership::answer_join(const Now& now, ClassicGroup& group, GroupMember& member) {
  protocol::JoinGroupResponse response;
  response.generation_id = group.generation_id();
  response.protocol_type = group.protocol_type();
  response.protocol_name = group.protocol_name();
  response.leader = group.leader_id();
  response.member_id = member.member_id;
  if (group.leader_id() == member.member_id) {
    for (const auto& [id, other] : group.members()) {
      auto& entry = response.members.emplace_back();
      entry.member_id = id;
      if (other.group_instance_id) entry.group_instance_id = *other.group_instance_id;
      entry.metadata = other.metadata_for(group.protocol_name());
    }
  }
  member.is_new = false;
  restart_session(now, group, member);
  std::exchange(member.awaiting_join, nullptr)(response);
}

void GroupMembership::answer_sync(ClassicGroup& group, GroupMember& member, ErrorCode error) {
  protocol::SyncGroupResponse response;
  response.error_code = error;
  if (error == ErrorCode::none) {
    response.protocol_type = group.protocol_type();
    response.protocol_name = group.protocol_name();
    response.assignment = BytesView(member.assignment.data(), member.assignment.size());
  }
  std::exchange(member.awaiting_sync, nullptr)(response);
}

void GroupMembership::fail_syncs(const Now& now, ClassicGroup& group, ErrorCode error) {
  group.for_each([&](GroupMember& member) {
    member.assignment.clear();
    if (!member.awaiting_sync) return;
    restart_session(now, group, member);
    answer_sync(group, member, error);
  });
}

void GroupMembership::remove_member(const Now& now, ClassicGroup& group, std::string member_id,
                                    ErrorCode error) {
  GroupMember* member = group.find(member_id);
  if (member == nullptr) return;
  timers_.cancel({TimerKind::session, group.group_id(), member_id});
  if (auto waiting = std::exchange(member->awaiting_join, nullptr)) {
    protocol::JoinGroupResponse response;
    response.error_code = error;
    response.protocol_name = std::nullopt;
    waiting(response);
  }
  if (member->awaiting_sync) answer_sync(group, *member, error);
  group.remove(member_id);
  switch (group.state()) {
    case GroupState::stable:
    case GroupState::completing_rebalance:
      maybe_prepare_rebalance(now, group);
      break;
    case GroupState::preparing_rebalance:
      try_complete_join(now, group);
      break;
    case GroupState::empty:
    case GroupState::dead:
      break;
  }
}

void GroupMembership::restart_session(const Now& now, const ClassicGroup& group,
                                      const GroupMember& member) {
  timers_.set({TimerKind::session, group.group_id(), member.member_id},
              now.monotonic + member.session_timeout);
}

void GroupMembership::resume(const Now& now) {
  for (auto& [id, group] : groups_) {
    for (const auto& [member_id, member] : group.members()) restart_session(now, group, member);
  }
}

void GroupMembership::forget(const ClassicGroup& group) {
  timers_.cancel({TimerKind::rebalance, group.group_id(), {}});
  timers_.cancel({TimerKind::sync, group.group_id(), {}});
  initial_delays_.erase(group.group_id());
  joined_during_delay_.erase(group.group_id());
}

void GroupMembership::advance(const Now& now) {
  while (auto timer = timers_.pop_due(now.monotonic)) {
    auto entry = groups_.find(timer->group_id);
    if (entry == groups_.end()) continue;
    ClassicGroup& group = entry->second;
    switch (timer->kind) {
      case TimerKind::rebalance:
        rebalance_time_is_up(now, group);
        break;
      case TimerKind::pending_member:
        group.remove_pending(timer->member_id);
        try_complete_join(now, group);
        break;
      case TimerKind::session: {
        GroupMember* member = group.find(timer->member_id);
        if (member == nullptr || planted(PlantedBug::keep_dead_members)) break;
        // Whoever waits for an answer of ours is alive; its session starts again with the answer.
        if (member->awaiting_sync || (member->awaiting_join && !member->is_new)) break;
        remove_member(now, group, timer->member_id, ErrorCode::unknown_member_id);
        break;
      }
      case TimerKind::sync: {
        if (!group.is(GroupState::completing_rebalance)) break;
        std::vector<std::string> silent;
        for (const auto& [id, member] : group.members()) {
          if (!member.awaiting_sync) silent.push_back(id);
        }
        for (const std::string& id : silent) {
          remove_member(now, group, id, ErrorCode::unknown_member_id);
        }
        break;
      }
    }
  }
}

}  // namespace barnabas::broker
