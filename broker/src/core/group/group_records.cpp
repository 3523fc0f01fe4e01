#include "broker/src/core/group/group_records.hpp"

#include "protocol/messages/group_records.hpp"
#include "protocol/wire/reader.hpp"
#include "protocol/wire/versioned_data.hpp"

#include <algorithm>

namespace barnabas::broker {
namespace {

// The key's version names the kind of record: 0 and 1 an offset, 2 a group.
constexpr std::int16_t offset_key_version = 1;
constexpr std::int16_t group_key_version = 2;
// The lowest value version that carries everything we keep; what Kafka writes too.
constexpr std::int16_t value_version = 3;

Error malformed(std::string_view what) {
  return Error(ErrorCode::malformed_message, "__consumer_offsets: " + std::string(what));
}

// Whatever a request could carry that a record cannot hold was refused before (record_limits.hpp),
// so this goes well.
template <class Message>
std::vector<std::byte> versioned(const Message& message, std::int16_t version) {
  return wire::encode_versioned(message, version).value();
}

// The fields behind the version of a key or of a value.
template <class Message>
Result<Message> read_versioned(BytesView bytes) {
  Result<Message> message = wire::decode_versioned<Message>(bytes, wire::NewerVersion::refuse);
  if (!message) return malformed(message.error().to_string());
  return message;
}

std::vector<std::byte> offset_key(std::string_view group_id, const TopicPartition& partition) {
  protocol::OffsetCommitKey key;
  key.group = group_id;
  key.topic = partition.topic;
  key.partition = partition.partition;
  return versioned(key, offset_key_version);
}

std::vector<std::byte> group_key(std::string_view group_id) {
  protocol::GroupMetadataKey key;
  key.group = group_id;
  return versioned(key, group_key_version);
}

std::int32_t milliseconds(Duration duration) {
  const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(count, 0, INT32_MAX));
}

template <class AssignmentOf>
CoordinatorRecord group_record_with(const ClassicGroup& group, AssignmentOf&& assignment_of) {
  protocol::GroupMetadataValue value;
  value.protocol_type = group.protocol_type();
  value.generation = group.generation_id();
  if (!group.protocol_name().empty()) value.protocol = group.protocol_name();
  if (!group.leader_id().empty()) value.leader = group.leader_id();
  value.current_state_timestamp = group.state_since();
  value.members.reserve(group.members().size());
  for (const auto& [id, member] : group.members()) {
    auto& entry = value.members.emplace_back();
    entry.member_id = member.member_id;
    if (member.group_instance_id) entry.group_instance_id = *member.group_instance_id;
    entry.client_id = member.client_id;
    entry.client_host = member.client_host;
    entry.rebalance_timeout = milliseconds(member.rebalance_timeout);
    entry.session_timeout = milliseconds(member.session_timeout);
    entry.subscription = member.metadata_for(group.protocol_name());
    entry.assignment = assignment_of(member);
  }
  return {group_key(group.group_id()), versioned(value, value_version)};
}

Result<GroupRecordChange> parse_offset(BytesView key_bytes, std::optional<BytesView> bytes) {
  const auto key = read_versioned<protocol::OffsetCommitKey>(key_bytes);
  if (!key) return key.error();
  OffsetChange change;
  change.group_id = key->group;
  change.partition = TopicPartition(std::string(key->topic), key->partition);
  if (bytes) {
    const auto value = read_versioned<protocol::OffsetCommitValue>(*bytes);
    if (!value) return value.error();
    change.offset = CommittedOffset{value->offset, value->leader_epoch,
                                    std::string(value->metadata), value->commit_timestamp};
  }
  return GroupRecordChange(std::move(change));
}

GroupMember member_from(const protocol::GroupMetadataValue::MemberMetadata& entry,
                        std::string_view protocol) {
  GroupMember member;
  member.member_id = entry.member_id;
  if (entry.group_instance_id) member.group_instance_id = std::string(*entry.group_instance_id);
  member.client_id = entry.client_id;
  member.client_host = entry.client_host;
  member.session_timeout = std::chrono::milliseconds(entry.session_timeout);
  // Version 0 had no rebalance timeout; the session timeout served as both.
  member.rebalance_timeout = std::chrono::milliseconds(
      entry.rebalance_timeout < 0 ? entry.session_timeout : entry.rebalance_timeout);
  member.protocols.push_back(
      {std::string(protocol), {entry.subscription.begin(), entry.subscription.end()}});
  member.assignment.assign(entry.assignment.begin(), entry.assignment.end());
  return member;
}

Result<GroupRecordChange> parse_group(BytesView key_bytes, std::optional<BytesView> bytes) {
  const auto key = read_versioned<protocol::GroupMetadataKey>(key_bytes);
  if (!key) return key.error();
  GroupChange change;
  change.group_id = key->group;
  if (!bytes) return GroupRecordChange(std::move(change));
  const auto value = read_versioned<protocol::GroupMetadataValue>(*bytes);
  if (!value) return value.error();
  change.exists = true;
  change.protocol_type = value->protocol_type;
  change.generation_id = value->generation;
  change.protocol_name = value->protocol.value_or(std::string_view());
  change.leader_id = value->leader.value_or(std::string_view());
  change.state_since = value->current_state_timestamp;
  for (const auto& entry : value->members) {
    change.members.push_back(member_from(entry, change.protocol_name));
  }
  return GroupRecordChange(std::move(change));
}

}  // namespace

CoordinatorRecord offset_record(std::string_view group_id, const TopicPartition& partition,
                                const CommittedOffset& offset) {
  protocol::OffsetCommitValue value;
  value.offset = offset.offset;
  value.leader_epoch = offset.leader_epoch;
  value.metadata = offset.metadata;
  value.commit_timestamp = offset.commit_timestamp;
  return {offset_key(group_id, partition), versioned(value, value_version)};
}

CoordinatorRecord offset_tombstone(std::string_view group_id, const TopicPartition& partition) {
  return {offset_key(group_id, partition), std::nullopt};
}

CoordinatorRecord group_record(const ClassicGroup& group, const Assignments& assignments) {
  return group_record_with(group, [&](const GroupMember& member) {
    auto entry = assignments.find(member.member_id);
    if (entry == assignments.end()) return BytesView();
    return BytesView(entry->second.data(), entry->second.size());
  });
}

CoordinatorRecord group_record(const ClassicGroup& group) {
  return group_record_with(group, [](const GroupMember& member) {
    return BytesView(member.assignment.data(), member.assignment.size());
  });
}

CoordinatorRecord group_tombstone(std::string_view group_id) {
  return {group_key(group_id), std::nullopt};
}

Result<GroupRecordChange> parse_group_record(BytesView key, std::optional<BytesView> value) {
  wire::Reader reader(key);
  const std::int16_t version = reader.int16("version");
  if (!reader.ok()) return malformed("a key without a version");
  switch (version) {
    case 0:
    case 1:
      return parse_offset(key, value);
    case group_key_version:
      return parse_group(key, value);
    default:
      return GroupRecordChange(UnknownChange{version});
  }
}

}  // namespace barnabas::broker
