#pragma once

#include "broker/src/core/group/group_member.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// Where a classic group stands.
///
///   from                 event                                        to
///   empty                a member joins                               preparing_rebalance
///   preparing_rebalance  all members rejoined, or the time is up      completing_rebalance
///   preparing_rebalance  the same, but no member is left              empty
///   completing_rebalance the leader's assignment is stored            stable
///   completing_rebalance a member joins, leaves or fails              preparing_rebalance
///   stable               a member joins, leaves, fails or changes     preparing_rebalance
///   empty                the group is deleted or its offsets expire   dead
enum class GroupState { empty, preparing_rebalance, completing_rebalance, stable, dead };

/// "Empty", "PreparingRebalance", ...: Kafka's names.
std::string_view name(GroupState state) noexcept;

/// The members, generation and state of one classic group. It keeps itself consistent; when and why
/// it changes is the business of GroupMembership.
/// Thread-safety: none.
class ClassicGroup {
 public:
  explicit ClassicGroup(std::string group_id) : group_id_(std::move(group_id)) {}

  const std::string& group_id() const noexcept { return group_id_; }
  GroupState state() const noexcept { return state_; }
  bool is(GroupState state) const noexcept { return state_ == state; }
  std::int32_t generation_id() const noexcept { return generation_id_; }
  /// "consumer"; empty while no member ever joined.
  const std::string& protocol_type() const noexcept { return protocol_type_; }
  /// The assignor of this generation; empty while none is chosen.
  const std::string& protocol_name() const noexcept { return protocol_name_; }
  const std::string& leader_id() const noexcept { return leader_id_; }
  /// When the state last changed, wall clock; offsets expire counting from here once empty.
  Timestamp state_since() const noexcept { return state_since_; }

  void transition(GroupState to, Timestamp now);

  // Members ----------------------------------------------------------------------------------

  const std::map<std::string, GroupMember, std::less<>>& members() const noexcept {
    return members_;
  }
  bool has_members() const noexcept { return !members_.empty(); }
  GroupMember* find(std::string_view member_id);
  const GroupMember* find(std::string_view member_id) const;
  /// The member id that holds `instance_id` now.
  const std::string* static_member_id(std::string_view instance_id) const;

  /// Requires: no member with this id. The first member becomes the leader.
  GroupMember& add(GroupMember member, std::string_view protocol_type);
  /// Removes a member; its unanswered requests are dropped without an answer, so answer them first.
  void remove(std::string_view member_id);
  /// Gives the static member a new id (KIP-345), keeping its place, protocols and leadership.
  GroupMember& replace_static(std::string_view old_member_id, std::string_view new_member_id);

  /// Calls `visit(GroupMember&)` for each member in the order of their ids.
  template <class Visitor>
  void for_each(Visitor&& visit) {
    for (auto& [id, member] : members_) visit(member);
  }

  // Members that were given an id but have not joined with it (KIP-394) ---------------------------

  void add_pending(std::string_view member_id) { pending_.emplace(member_id); }
  bool is_pending(std::string_view member_id) const { return pending_.contains(member_id); }
  void remove_pending(std::string_view member_id) {
    if (auto entry = pending_.find(member_id); entry != pending_.end()) pending_.erase(entry);
  }
  std::size_t size_with_pending() const noexcept { return members_.size() + pending_.size(); }

  // Rebalance -----------------------------------------------------------------------------------

  /// Whether the protocol type is the group's and some protocol is supported by every member.
  /// A member that joins again is bound by its own former list, too, as in Kafka.
  bool supports(std::string_view protocol_type, const std::vector<MemberProtocol>& protocols) const;
  bool all_members_joined() const;
  /// The longest rebalance timeout of the members.
  Duration rebalance_timeout() const;
  /// Makes a member that rejoined the leader when the leader did not. False when nobody rejoined.
  bool elect_joined_leader();
  /// The protocol most members prefer among those all support. Requires: has_members().
  std::string select_protocol() const;
  /// Starts the next generation: completing_rebalance with a chosen protocol, or empty.
  void next_generation(Timestamp now);

  /// Topics that the members' subscriptions name, when the group is of type "consumer" and its
  /// subscriptions can be read; nothing when they cannot.
  std::optional<std::set<std::string, std::less<>>> subscribed_topics() const;

  /// Takes over what a log holds. Only replay calls this.
  void restore(std::string protocol_type, std::int32_t generation_id, std::string protocol_name,
               std::string leader_id, Timestamp state_since, std::vector<GroupMember> members);

 private:
  std::set<std::string, std::less<>> common_protocols() const;

  std::string group_id_;
  GroupState state_ = GroupState::empty;
  Timestamp state_since_ = -1;
  std::int32_t generation_id_ = 0;
  std::string protocol_type_;
  std::string protocol_name_;
  std::string leader_id_;
  std::map<std::string, GroupMember, std::less<>> members_;
  std::map<std::string, std::string, std::less<>> static_members_;  // instance id -> member id
  std::set<std::string, std::less<>> pending_;
};

}  // namespace barnabas::broker
