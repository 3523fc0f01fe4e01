#pragma once

#include "broker/src/core/group/classic_group.hpp"
#include "broker/src/core/group/committed_offset.hpp"
#include "broker/src/core/group/coordinator_log.hpp"

#include <barnabas/topic_partition.hpp>

#include <map>
#include <string>
#include <string_view>
#include <variant>

// The records of `__consumer_offsets` that classic groups need, in Kafka's own form, so that
// Kafka's tools read them.

namespace barnabas::broker {

/// Assignments by member id; what a leader sends.
using Assignments = std::map<std::string, std::vector<std::byte>, std::less<>>;

CoordinatorRecord offset_record(std::string_view group_id, const TopicPartition& partition,
                                const CommittedOffset& offset);
CoordinatorRecord offset_tombstone(std::string_view group_id, const TopicPartition& partition);

/// The group as it is, but with `assignments` in place of its members' own.
CoordinatorRecord group_record(const ClassicGroup& group, const Assignments& assignments);
/// The group as it is, with its members' assignments.
CoordinatorRecord group_record(const ClassicGroup& group);
CoordinatorRecord group_tombstone(std::string_view group_id);

/// An offset was committed, or removed when `offset` is empty.
struct OffsetChange {
  std::string group_id;
  TopicPartition partition;
  std::optional<CommittedOffset> offset;
};

/// A group's metadata was stored, or removed when `exists` is false.
struct GroupChange {
  std::string group_id;
  bool exists = false;
  std::string protocol_type;
  std::int32_t generation_id = 0;
  std::string protocol_name;
  std::string leader_id;
  Timestamp state_since = -1;
  std::vector<GroupMember> members;
};

/// A record of a kind that this broker does not keep (KIP-848, share and streams groups).
struct UnknownChange {
  std::int16_t key_type = 0;
};

using GroupRecordChange = std::variant<OffsetChange, GroupChange, UnknownChange>;

/// Reads a record back. `value` is empty for a tombstone.
/// Errors: malformed_message.
Result<GroupRecordChange> parse_group_record(BytesView key, std::optional<BytesView> value);

}  // namespace barnabas::broker
