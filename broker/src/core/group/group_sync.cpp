#include "broker/src/core/group/group_membership.hpp"

#include "protocol/base/planted_bug.hpp"

// SyncGroup, Heartbeat and LeaveGroup: what members do between rebalances.

namespace barnabas::broker {

ErrorCode GroupMembership::check_identity(const ClassicGroup& group, std::string_view member_id,
                                          const std::optional<std::string_view>& instance_id) {
  if (instance_id) {
    const std::string* holder = group.static_member_id(*instance_id);
    if (holder == nullptr) return ErrorCode::unknown_member_id;
    if (*holder != member_id) return ErrorCode::fenced_instance_id;
  }
  return group.find(member_id) == nullptr ? ErrorCode::unknown_member_id : ErrorCode::none;
}

void GroupMembership::sync(const Now& now, const GroupRequestContext& context,
                           const protocol::SyncGroupRequest& request,
                           Reply<protocol::SyncGroupResponse> reply) {
  const auto fail = [&](ErrorCode error) {
    protocol::SyncGroupResponse response;
    response.error_code = error;
    reply(response);
  };
  // From version 5 on both are required (KIP-559), and looked at before anything else.
  if (context.version >= 5 && !(request.protocol_type && request.protocol_name)) {
    return fail(ErrorCode::inconsistent_group_protocol);
  }
  if (request.group_id.empty()) return fail(ErrorCode::invalid_group_id);
  auto entry = groups_.find(request.group_id);
  if (entry == groups_.end()) return fail(ErrorCode::unknown_member_id);
  ClassicGroup& group = entry->second;
  const ErrorCode identity = check_identity(group, request.member_id, request.group_instance_id);
  if (identity != ErrorCode::none) return fail(identity);
  if (request.generation_id != group.generation_id()) return fail(ErrorCode::illegal_generation);
  if ((request.protocol_type && *request.protocol_type != group.protocol_type()) ||
      (request.protocol_name && *request.protocol_name != group.protocol_name())) {
    return fail(ErrorCode::inconsistent_group_protocol);
  }
  GroupMember& member = *group.find(request.member_id);
  switch (group.state()) {
    case GroupState::preparing_rebalance:
      return fail(ErrorCode::rebalance_in_progress);
    case GroupState::completing_rebalance:
      // A repeated SyncGroup takes the place of the first, whose client is gone.
      if (member.awaiting_sync) answer_sync(group, member, ErrorCode::rebalance_in_progress);
      member.awaiting_sync = std::move(reply);
      timers_.cancel({TimerKind::session, group.group_id(), member.member_id});
      if (group.leader_id() == request.member_id) store_assignment(group, request);
      return;
    case GroupState::stable:
      restart_session(now, group, member);
      member.awaiting_sync = std::move(reply);
      return answer_sync(group, member, ErrorCode::none);
    case GroupState::empty:
    case GroupState::dead:
      break;
  }
  fail(ErrorCode::unknown_member_id);
}

void GroupMembership::store_assignment(ClassicGroup& group,
                                       const protocol::SyncGroupRequest& request) {
  Assignments assignments;
  for (const auto& entry : request.assignments) {
    assignments[std::string(entry.member_id)] = {entry.assignment.begin(), entry.assignment.end()};
  }
  std::vector<CoordinatorRecord> records;
  records.push_back(group_record(group, assignments));
  log_.append(
      group.group_id(), std::move(records),
      [this, group_id = group.group_id(), generation_id = group.generation_id(),
       assignments = std::move(assignments)](const Now& then, const Result<void>& outcome) mutable {
        assignment_stored(then, group_id, generation_id, std::move(assignments), outcome);
      });
}

void GroupMembership::assignment_stored(const Now& now, const std::string& group_id,
                                        std::int32_t generation_id, Assignments assignments,
                                        const Result<void>& outcome) {
  auto entry = groups_.find(group_id);
  if (entry == groups_.end()) return;
  ClassicGroup& group = entry->second;
  // A rebalance may have begun while the record was being written.
  if (!group.is(GroupState::completing_rebalance) || group.generation_id() != generation_id) return;
  if (!outcome) {
    fail_syncs(now, group, ErrorCode::coordinator_not_available);
    maybe_prepare_rebalance(now, group);
    return;
  }
  group.transition(GroupState::stable, now.wall);
  timers_.cancel({TimerKind::sync, group.group_id(), {}});
  group.for_each([&](GroupMember& member) {
    member.assignment = planted(PlantedBug::everybody_gets_the_first_share)
                            ? assignments.begin()->second
                            : std::move(assignments[member.member_id]);
  });
  group.for_each([&](GroupMember& member) {
    if (!member.awaiting_sync) return;
    restart_session(now, group, member);
    answer_sync(group, member, ErrorCode::none);
  });
}

ErrorCode GroupMembership::heartbeat(const Now& now, const protocol::HeartbeatRequest& request) {
  if (planted(PlantedBug::heartbeat_always_good)) return ErrorCode::none;
  if (request.group_id.empty()) return ErrorCode::invalid_group_id;
  auto entry = groups_.find(request.group_id);
  if (entry == groups_.end()) return ErrorCode::unknown_member_id;
  ClassicGroup& group = entry->second;
  const ErrorCode identity = check_identity(group, request.member_id, request.group_instance_id);
  if (identity != ErrorCode::none) return identity;
  if (request.generation_id != group.generation_id()) return ErrorCode::illegal_generation;
  if (group.is(GroupState::empty) || group.is(GroupState::dead))
    return ErrorCode::unknown_member_id;
  restart_session(now, group, *group.find(request.member_id));
  return group.is(GroupState::preparing_rebalance) ? ErrorCode::rebalance_in_progress
                                                   : ErrorCode::none;
}

ErrorCode GroupMembership::check_commit(const Now& now, ClassicGroup& group,
                                        std::string_view member_id,
                                        const std::optional<std::string_view>& instance_id,
                                        std::int32_t generation_id) {
  if (group.is(GroupState::dead)) return ErrorCode::coordinator_not_available;
  if (generation_id < 0 && group.is(GroupState::empty)) return ErrorCode::none;
  if (generation_id >= 0 || !member_id.empty() || instance_id) {
    const ErrorCode identity = check_identity(group, member_id, instance_id);
    const bool any = planted(PlantedBug::commit_from_any_generation);
    if (any && group.find(member_id) == nullptr) return ErrorCode::none;
    if (identity != ErrorCode::none) return identity;
    if (generation_id != group.generation_id() && !any) return ErrorCode::illegal_generation;
  } else {
    return ErrorCode::unknown_member_id;  // a group with members takes no commits from outside
  }
  if (group.is(GroupState::completing_rebalance)) return ErrorCode::rebalance_in_progress;
  if (group.is(GroupState::empty)) return ErrorCode::unknown_member_id;
  const GroupMember& member = *group.find(member_id);
  if (!member.awaiting_join) restart_session(now, group, member);
  return ErrorCode::none;
}

std::vector<ErrorCode> GroupMembership::leave(const Now& now,
                                              const protocol::LeaveGroupRequest& request,
                                              std::int16_t version) {
  const std::size_t count = version < 3 ? 1 : request.members.size();
  auto entry = groups_.find(request.group_id);
  if (entry == groups_.end()) return std::vector<ErrorCode>(count, ErrorCode::unknown_member_id);
  if (version < 3) return {leave_one(now, entry->second, request.member_id, std::nullopt)};
  std::vector<ErrorCode> results;
  results.reserve(count);
  for (const auto& member : request.members) {
    results.push_back(leave_one(now, entry->second, member.member_id, member.group_instance_id));
  }
  return results;
}

ErrorCode GroupMembership::leave_one(const Now& now, ClassicGroup& group,
                                     std::string_view member_id,
                                     const std::optional<std::string_view>& instance_id) {
  if (group.is(GroupState::dead)) return ErrorCode::coordinator_not_available;
  std::string leaving(member_id);
  if (instance_id) {
    // An administrator removes a static member by its instance id alone (KIP-345).
    const std::string* holder = group.static_member_id(*instance_id);
    if (holder == nullptr) return ErrorCode::unknown_member_id;
    if (!member_id.empty() && *holder != member_id) return ErrorCode::fenced_instance_id;
    leaving = *holder;
  } else if (group.is_pending(member_id)) {
    group.remove_pending(member_id);
    timers_.cancel({TimerKind::pending_member, group.group_id(), leaving});
    try_complete_join(now, group);
    return ErrorCode::none;
  }
  if (group.find(leaving) == nullptr) return ErrorCode::unknown_member_id;
  remove_member(now, group, leaving, ErrorCode::unknown_member_id);
  return ErrorCode::none;
}

}  // namespace barnabas::broker
