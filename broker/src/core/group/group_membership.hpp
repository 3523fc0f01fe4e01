#pragma once

#include "broker/src/core/group/classic_group.hpp"
#include "broker/src/core/group/coordinator_log.hpp"
#include "broker/src/core/group/group_config.hpp"
#include "broker/src/core/group/group_records.hpp"
#include "broker/src/core/group/request_context.hpp"
#include "protocol/base/deadline_queue.hpp"
#include "protocol/base/random.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/leave_group.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace barnabas::broker {

/// All classic groups by id.
using ClassicGroups = std::map<std::string, ClassicGroup, std::less<>>;

/// Who belongs to a classic group and what each member is assigned: JoinGroup, SyncGroup,
/// Heartbeat, LeaveGroup and the time limits behind them. The rules are Kafka's (KIP-62, 345, 394,
/// 814). Replies may be called during the call or from a later `advance` or request of the same
/// group. Thread-safety: none.
class GroupMembership {
 public:
  /// Lifetime: all references outlive this object. `seed` makes the member ids.
  GroupMembership(const GroupConfig& config, ClassicGroups& groups, CoordinatorLog& log,
                  std::uint64_t seed);

  void join(const Now& now, const GroupRequestContext& context,
            const protocol::JoinGroupRequest& request, Reply<protocol::JoinGroupResponse> reply);
  void sync(const Now& now, const GroupRequestContext& context,
            const protocol::SyncGroupRequest& request, Reply<protocol::SyncGroupResponse> reply);
  ErrorCode heartbeat(const Now& now, const protocol::HeartbeatRequest& request);
  /// One result per member, in the request's order; versions below 3 name a single one.
  std::vector<ErrorCode> leave(const Now& now, const protocol::LeaveGroupRequest& request,
                               std::int16_t version);

  /// Checks what a commit from a member must fulfil, and counts as a sign of life.
  ErrorCode check_commit(const Now& now, ClassicGroup& group, std::string_view member_id,
                         const std::optional<std::string_view>& instance_id,
                         std::int32_t generation_id);

  /// Starts the session of every member that a restart brought back.
  void resume(const Now& now);
  /// Forgets the timers of a group that is about to be erased.
  void forget(const ClassicGroup& group);

  std::optional<Instant> next_deadline() const { return timers_.next(); }
  void advance(const Now& now);

 private:
  enum class TimerKind : std::uint8_t { session, pending_member, rebalance, sync };
  struct Timer {
    TimerKind kind;
    std::string group_id;
    std::string member_id;  // empty for timers of the whole group
    friend auto operator<=>(const Timer&, const Timer&) = default;
  };
  struct Join;  // one JoinGroup under way, see group_join.cpp

  // group_join.cpp
  void join_new_member(const Now& now, ClassicGroup& group, Join join);
  void join_new_static_member(const Now& now, ClassicGroup& group, Join join);
  void replace_static_member(const Now& now, ClassicGroup& group, const std::string& old_id,
                             Join join);
  void join_known_member(const Now& now, ClassicGroup& group, Join join);
  void add_and_rebalance(const Now& now, ClassicGroup& group, std::string member_id, Join join);
  void update_and_rebalance(const Now& now, ClassicGroup& group, GroupMember& member, Join join);
  std::string new_member_id(std::string_view prefix);

  // group_rebalance.cpp
  void maybe_prepare_rebalance(const Now& now, ClassicGroup& group);
  void prepare_rebalance(const Now& now, ClassicGroup& group);
  void rebalance_time_is_up(const Now& now, ClassicGroup& group);
  void try_complete_join(const Now& now, ClassicGroup& group);
  void complete_join(const Now& now, ClassicGroup& group);
  void answer_join(const Now& now, ClassicGroup& group, GroupMember& member);
  void answer_sync(ClassicGroup& group, GroupMember& member, ErrorCode error);
  void fail_syncs(const Now& now, ClassicGroup& group, ErrorCode error);
  void remove_member(const Now& now, ClassicGroup& group, std::string member_id, ErrorCode error);
  void restart_session(const Now& now, const ClassicGroup& group, const GroupMember& member);

  // group_sync.cpp
  void store_assignment(ClassicGroup& group, const protocol::SyncGroupRequest& request);
  void assignment_stored(const Now& now, const std::string& group_id, std::int32_t generation_id,
                         Assignments assignments, const Result<void>& outcome);
  ErrorCode leave_one(const Now& now, ClassicGroup& group, std::string_view member_id,
                      const std::optional<std::string_view>& instance_id);
  /// unknown_member_id, fenced_instance_id or none.
  static ErrorCode check_identity(const ClassicGroup& group, std::string_view member_id,
                                  const std::optional<std::string_view>& instance_id);

  const GroupConfig& config_;
  ClassicGroups& groups_;
  CoordinatorLog& log_;
  Random random_;
  DeadlineQueue<Timer> timers_;
  // Groups whose first join still waits for more members: what is left of the rebalance timeout.
  std::map<std::string, Duration, std::less<>> initial_delays_;
  std::map<std::string, bool, std::less<>> joined_during_delay_;
};

}  // namespace barnabas::broker
