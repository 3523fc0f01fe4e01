#include "broker/src/core/group/classic_group.hpp"

#include "protocol/messages/consumer_protocol.hpp"
#include "protocol/wire/reader.hpp"

#include <algorithm>
#include <cassert>

namespace barnabas::broker {

std::string_view name(GroupState state) noexcept {
  switch (state) {
    case GroupState::empty:
      return "Empty";
    case GroupState::preparing_rebalance:
      return "PreparingRebalance";
    case GroupState::completing_rebalance:
      return "CompletingRebalance";
    case GroupState::stable:
      return "Stable";
    case GroupState::dead:
      return "Dead";
  }
  return "Unknown";
}

void ClassicGroup::transition(GroupState to, Timestamp now) {
  state_ = to;
  state_since_ = now;
}

GroupMember* ClassicGroup::find(std::string_view member_id) {
  auto entry = members_.find(member_id);
  return entry == members_.end() ? nullptr : &entry->second;
}

const GroupMember* ClassicGroup::find(std::string_view member_id) const {
  auto entry = members_.find(member_id);
  return entry == members_.end() ? nullptr : &entry->second;
}

const std::string* ClassicGroup::static_member_id(std::string_view instance_id) const {
  auto entry = static_members_.find(instance_id);
  return entry == static_members_.end() ? nullptr : &entry->second;
}

GroupMember& ClassicGroup::add(GroupMember member, std::string_view protocol_type) {
  if (members_.empty()) protocol_type_ = protocol_type;
  if (leader_id_.empty()) leader_id_ = member.member_id;
  if (member.group_instance_id) static_members_[*member.group_instance_id] = member.member_id;
  remove_pending(member.member_id);
  std::string id = member.member_id;
  auto [entry, inserted] = members_.emplace(std::move(id), std::move(member));
  assert(inserted);
  return entry->second;
}

void ClassicGroup::remove(std::string_view member_id) {
  auto entry = members_.find(member_id);
  if (entry == members_.end()) return;
  const auto& instance_id = entry->second.group_instance_id;
  if (instance_id) {
    auto holder = static_members_.find(*instance_id);
    if (holder != static_members_.end() && holder->second == member_id)
      static_members_.erase(holder);
  }
  const bool was_leader = leader_id_ == member_id;
  members_.erase(entry);
  if (was_leader) leader_id_ = members_.empty() ? std::string() : members_.begin()->first;
}

GroupMember& ClassicGroup::replace_static(std::string_view old_member_id,
                                          std::string_view new_member_id) {
  auto node = members_.extract(members_.find(old_member_id));
  node.key() = new_member_id;
  node.mapped().member_id = new_member_id;
  static_members_[*node.mapped().group_instance_id] = new_member_id;
  if (leader_id_ == old_member_id) leader_id_ = new_member_id;
  return members_.insert(std::move(node)).position->second;
}

std::set<std::string, std::less<>> ClassicGroup::common_protocols() const {
  std::map<std::string, std::size_t, std::less<>> supporters;
  for (const auto& [id, member] : members_) {
    for (const MemberProtocol& protocol : member.protocols) supporters[protocol.name]++;
  }
  std::set<std::string, std::less<>> common;
  for (const auto& [protocol, count] : supporters) {
    if (count == members_.size()) common.insert(protocol);
  }
  return common;
}

bool ClassicGroup::supports(std::string_view protocol_type,
                            const std::vector<MemberProtocol>& protocols) const {
  if (protocol_type.empty() || protocols.empty()) return false;
  if (members_.empty()) return true;
  if (protocol_type != protocol_type_) return false;
  const auto common = common_protocols();
  return std::any_of(protocols.begin(), protocols.end(), [&](const MemberProtocol& protocol) {
    return common.contains(protocol.name);
  });
}

bool ClassicGroup::all_members_joined() const {
  return pending_.empty() && std::all_of(members_.begin(), members_.end(), [](const auto& entry) {
           return entry.second.awaiting_join != nullptr;
         });
}

Duration ClassicGroup::rebalance_timeout() const {
  Duration longest{};
  for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
  return longest;
}

bool ClassicGroup::elect_joined_leader() {
  const GroupMember* leader = find(leader_id_);
  if (leader != nullptr && leader->awaiting_join) return true;
  for (const auto& [id, member] : members_) {
    if (member.awaiting_join) {
      leader_id_ = id;
      return true;
    }
  }
  return false;
}

std::string ClassicGroup::select_protocol() const {
  const auto candidates = common_protocols();
  std::map<std::string, std::size_t, std::less<>> votes;
  for (const auto& [id, member] : members_) {
    for (const MemberProtocol& protocol : member.protocols) {
      if (candidates.contains(protocol.name)) {
        votes[protocol.name]++;
        break;
      }
    }
  }
  assert(!votes.empty());
  return std::max_element(votes.begin(), votes.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

void ClassicGroup::next_generation(Timestamp now) {
  generation_id_ = generation_id_ == INT32_MAX ? 1 : generation_id_ + 1;
  if (members_.empty()) {
    protocol_name_.clear();
    transition(GroupState::empty, now);
  } else {
    protocol_name_ = select_protocol();
    transition(GroupState::completing_rebalance, now);
  }
}

std::optional<std::set<std::string, std::less<>>> ClassicGroup::subscribed_topics() const {
  if (protocol_type_ != "consumer" || protocol_name_.empty()) return std::nullopt;
  std::set<std::string, std::less<>> topics;
  for (const auto& [id, member] : members_) {
    wire::Reader reader(member.metadata_for(protocol_name_));
    const std::int16_t version = reader.int16("version");
    protocol::ConsumerProtocolSubscription subscription;
    subscription.decode(
        reader,
        std::clamp<std::int16_t>(version, 0, protocol::ConsumerProtocolSubscription::versions.max));
    if (!reader.ok()) return std::nullopt;
    for (std::string_view topic : subscription.topics) topics.emplace(topic);
  }
  return topics;
}

void ClassicGroup::restore(std::string protocol_type, std::int32_t generation_id,
                           std::string protocol_name, std::string leader_id, Timestamp state_since,
                           std::vector<GroupMember> members) {
  members_.clear();
  static_members_.clear();
  pending_.clear();
  leader_id_.clear();
  for (GroupMember& member : members) add(std::move(member), protocol_type);
  protocol_type_ = std::move(protocol_type);
  generation_id_ = generation_id;
  protocol_name_ = std::move(protocol_name);
  leader_id_ = std::move(leader_id);
  state_ = members_.empty() ? GroupState::empty : GroupState::stable;
  state_since_ = state_since;
}

}  // namespace barnabas::broker
