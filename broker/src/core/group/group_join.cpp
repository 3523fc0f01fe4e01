#include "broker/src/core/group/group_membership.hpp"
#include "broker/src/core/group/record_limits.hpp"

#include <algorithm>
#include <cstdio>

// JoinGroup: who may enter, under which id, and whether that starts a rebalance.

namespace barnabas::broker {

struct GroupMembership::Join {
  const GroupRequestContext& context;
  const protocol::JoinGroupRequest& request;
  Reply<protocol::JoinGroupResponse> reply;
  std::vector<MemberProtocol> protocols;

  void fail(ErrorCode error, std::string_view member_id) const {
    protocol::JoinGroupResponse response;
    response.error_code = error;
    response.member_id = member_id;
    response.protocol_name = std::nullopt;
    reply(response);
  }
  void fail(ErrorCode error) const { fail(error, request.member_id); }

  /// Answers with the current generation, without a rebalance.
  void confirm(const ClassicGroup& group, std::string_view member_id, bool with_members,
               std::string_view leader, bool skip_assignment) const {
    protocol::JoinGroupResponse response;
    response.generation_id = group.generation_id();
    response.protocol_type = group.protocol_type();
    response.protocol_name = group.protocol_name();
    response.leader = leader;
    response.member_id = member_id;
    response.skip_assignment = skip_assignment;
    if (with_members) {
      for (const auto& [id, member] : group.members()) {
        auto& entry = response.members.emplace_back();
        entry.member_id = id;
        if (member.group_instance_id) entry.group_instance_id = *member.group_instance_id;
        entry.metadata = member.metadata_for(group.protocol_name());
      }
    }
    reply(response);
  }
};

GroupMembership::GroupMembership(const GroupConfig& config, ClassicGroups& groups,
                                 CoordinatorLog& log, std::uint64_t seed)
    : config_(config), groups_(groups), log_(log), random_(seed) {}

std::string GroupMembership::new_member_id(std::string_view prefix) {
  const Uuid uuid = random_.uuid();
  char text[40];
  std::snprintf(
      text, sizeof text, "-%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(uuid.high() >> 32),
      static_cast<unsigned>(uuid.high() >> 16 & 0xFFFF),
      static_cast<unsigned>(uuid.high() & 0xFFFF), static_cast<unsigned>(uuid.low() >> 48),
      static_cast<unsigned long long>(uuid.low() & 0xFFFFFFFFFFFFULL));
  constexpr std::size_t longest_prefix = 32'000;  // so that the group's records can hold the id
  return std::string(prefix.substr(0, longest_prefix)) + text;
}

void GroupMembership::join(const Now& now, const GroupRequestContext& context,
                           const protocol::JoinGroupRequest& request,
                           Reply<protocol::JoinGroupResponse> reply) {
  Join join{context, request, std::move(reply), protocols_of(request)};
  if (request.group_id.empty() || !fits_record(request.group_id)) {
    return join.fail(ErrorCode::invalid_group_id);
  }
  if (!fits_record(request.group_instance_id.value_or(""))) {
    return join.fail(ErrorCode::invalid_request);
  }
  const bool fits = std::all_of(request.protocols.begin(), request.protocols.end(),
                                [](const auto& protocol) { return fits_record(protocol.name); });
  if (!fits || !fits_record(request.protocol_type)) {
    return join.fail(ErrorCode::inconsistent_group_protocol);
  }
  const Duration session = std::chrono::milliseconds(request.session_timeout_ms);
  if (session < config_.min_session_timeout || session > config_.max_session_timeout) {
    return join.fail(ErrorCode::invalid_session_timeout);
  }
  auto entry = groups_.find(request.group_id);
  if (entry == groups_.end()) {
    if (!request.member_id.empty()) return join.fail(ErrorCode::unknown_member_id);
    if (!ClassicGroup("").supports(request.protocol_type, join.protocols)) {
      return join.fail(ErrorCode::inconsistent_group_protocol);
    }
    std::string group_id(request.group_id);
    entry = groups_.emplace(group_id, ClassicGroup(group_id)).first;
  }
  ClassicGroup& group = entry->second;
  if (group.is(GroupState::dead)) {
    return join.fail(ErrorCode::coordinator_not_available);
  }
  const bool known =
      group.find(request.member_id) != nullptr || group.is_pending(request.member_id);
  const bool replaces =
      request.group_instance_id && group.static_member_id(*request.group_instance_id) != nullptr;
  if (!known && !replaces && group.size_with_pending() >= config_.max_size) {
    return join.fail(ErrorCode::group_max_size_reached);
  }
  if (request.member_id.empty()) {
    join_new_member(now, group, std::move(join));
  } else {
    join_known_member(now, group, std::move(join));
  }
}

void GroupMembership::join_new_member(const Now& now, ClassicGroup& group, Join join) {
  if (join.request.group_instance_id) return join_new_static_member(now, group, std::move(join));
  if (!group.supports(join.request.protocol_type, join.protocols)) {
    return join.fail(ErrorCode::inconsistent_group_protocol);
  }
  std::string member_id = new_member_id(join.context.client_id);
  if (join.context.version >= 4) {
    // KIP-394: the id is announced first, so that a client that times out while joining does not
    // leave a ghost behind.
    group.add_pending(member_id);
    timers_.set({TimerKind::pending_member, group.group_id(), member_id},
                now.monotonic + std::chrono::milliseconds(join.request.session_timeout_ms));
    return join.fail(ErrorCode::member_id_required, member_id);
  }
  add_and_rebalance(now, group, std::move(member_id), std::move(join));
}

void GroupMembership::join_new_static_member(const Now& now, ClassicGroup& group, Join join) {
  const std::string_view instance_id = *join.request.group_instance_id;
  const std::string* holder = group.static_member_id(instance_id);
  if (!group.supports(join.request.protocol_type, join.protocols)) {
    return join.fail(ErrorCode::inconsistent_group_protocol);
  }
  if (holder == nullptr) {
    return add_and_rebalance(now, group, new_member_id(instance_id), std::move(join));
  }
  const std::string old_id = *holder;
  replace_static_member(now, group, old_id, std::move(join));
}

void GroupMembership::replace_static_member(const Now& now, ClassicGroup& group,
                                            const std::string& old_id, Join join) {
  const std::string new_id = new_member_id(*join.request.group_instance_id);
  const std::string old_leader = group.leader_id();
  GroupMember* member = group.find(old_id);
  timers_.cancel({TimerKind::session, group.group_id(), old_id});
  // Whoever still waits under the old id is a former incarnation.
  if (auto waiting = std::exchange(member->awaiting_join, nullptr)) {
    Join{join.context, join.request, std::move(waiting), {}}.fail(ErrorCode::fenced_instance_id,
                                                                  old_id);
  }
  if (member->awaiting_sync) answer_sync(group, *member, ErrorCode::fenced_instance_id);
  member = &group.replace_static(old_id, new_id);
  member->protocols = join.protocols;
  member->client_id = join.context.client_id;
  member->client_host = join.context.client_host;

  // As in Kafka a changed subscription alone moves nothing: a leader sees it in the members and may
  // join again to assign anew.
  const bool unchanged =
      group.is(GroupState::stable) && group.select_protocol() == group.protocol_name();
  if (!unchanged) return update_and_rebalance(now, group, *member, std::move(join));

  restart_session(now, group, *member);
  // The new id must survive a restart of the broker before the member acts on it.
  std::string group_id = group.group_id();
  Reply<protocol::JoinGroupResponse> reply = std::move(join.reply);
  log_.append(group_id, {group_record(group)},
              [this, group_id, new_id, old_leader, reply = std::move(reply),
               version = join.context.version](const Now&, const Result<void>& outcome) {
                const GroupRequestContext context{version, {}, {}};
                const protocol::JoinGroupRequest request;
                const Join answer{context, request, reply, {}};
                auto entry = groups_.find(group_id);
                if (!outcome || entry == groups_.end() || entry->second.find(new_id) == nullptr) {
                  return answer.fail(ErrorCode::unknown_member_id, new_id);
                }
                const ClassicGroup& stored = entry->second;
                if (version >= 9) {
                  // KIP-814: the leader learns that it leads but must not assign again.
                  const bool leads = stored.leader_id() == new_id;
                  answer.confirm(stored, new_id, leads, stored.leader_id(), leads);
                } else {
                  // Naming the former leader keeps the new member from assigning.
                  answer.confirm(stored, new_id, false, old_leader, false);
                }
              });
}

void GroupMembership::join_known_member(const Now& now, ClassicGroup& group, Join join) {
  const std::string_view member_id = join.request.member_id;
  if (!group.supports(join.request.protocol_type, join.protocols)) {
    return join.fail(ErrorCode::inconsistent_group_protocol);
  }
  if (group.is_pending(member_id)) {
    if (join.request.group_instance_id) return join.fail(ErrorCode::unknown_member_id);
    timers_.cancel({TimerKind::pending_member, group.group_id(), std::string(member_id)});
    return add_and_rebalance(now, group, std::string(member_id), std::move(join));
  }
  const ErrorCode identity = check_identity(group, member_id, join.request.group_instance_id);
  if (identity != ErrorCode::none) return join.fail(identity);

  GroupMember& member = *group.find(member_id);
  const bool same = member.protocols == join.protocols;
  const bool leads = group.leader_id() == member_id;
  switch (group.state()) {
    case GroupState::preparing_rebalance:
      return update_and_rebalance(now, group, member, std::move(join));
    case GroupState::completing_rebalance:
      // The answer to the earlier JoinGroup was lost; the generation has not changed since.
      if (same) return join.confirm(group, member_id, leads, group.leader_id(), false);
      return update_and_rebalance(now, group, member, std::move(join));
    case GroupState::stable:
      // A leader rejoins to assign anew, for instance because partitions were added.
      if (leads || !same) return update_and_rebalance(now, group, member, std::move(join));
      return join.confirm(group, member_id, false, group.leader_id(), false);
    case GroupState::empty:
    case GroupState::dead:
      break;
  }
  join.fail(ErrorCode::unknown_member_id);
}

void GroupMembership::add_and_rebalance(const Now& now, ClassicGroup& group, std::string member_id,
                                        Join join) {
  GroupMember member;
  member.member_id = std::move(member_id);
  if (join.request.group_instance_id) {
    member.group_instance_id = std::string(*join.request.group_instance_id);
  }
  member.client_id = join.context.client_id;
  member.client_host = join.context.client_host;
  member.is_new = true;
  if (group.is(GroupState::preparing_rebalance) && group.generation_id() == 0) {
    joined_during_delay_[group.group_id()] = true;
  }
  GroupMember& added = group.add(std::move(member), join.request.protocol_type);
  update_and_rebalance(now, group, added, std::move(join));
}

void GroupMembership::update_and_rebalance(const Now& now, ClassicGroup& group, GroupMember& member,
                                           Join join) {
  // A second JoinGroup of the same member takes the place of the first, whose client is gone.
  if (auto waiting = std::exchange(member.awaiting_join, nullptr)) {
    Join{join.context, join.request, std::move(waiting), {}}.fail(ErrorCode::rebalance_in_progress,
                                                                  member.member_id);
  }
  member.protocols = std::move(join.protocols);
  member.session_timeout = std::chrono::milliseconds(join.request.session_timeout_ms);
  // Version 0 had no rebalance timeout; the session timeout served as both.
  member.rebalance_timeout = join.request.rebalance_timeout_ms < 0
                                 ? member.session_timeout
                                 : std::chrono::milliseconds(join.request.rebalance_timeout_ms);
  member.awaiting_join = std::move(join.reply);
  if (member.is_new) {
    // A new member whose connection broke would wait for ever; Kafka gives it five minutes.
    timers_.set({TimerKind::session, group.group_id(), member.member_id},
                now.monotonic + std::chrono::minutes(5));
  } else {
    timers_.cancel({TimerKind::session, group.group_id(), member.member_id});
  }
  maybe_prepare_rebalance(now, group);
}

}  // namespace barnabas::broker
