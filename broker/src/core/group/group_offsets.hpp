#pragma once

#include "broker/src/core/group/coordinator_log.hpp"
#include "broker/src/core/group/group_config.hpp"
#include "broker/src/core/group/group_membership.hpp"
#include "broker/src/core/group/offset_store.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// One partition of an OffsetCommit.
struct OffsetToCommit {
  TopicPartition partition;
  CommittedOffset offset;
};

/// Who commits. A consumer outside any group management has no member id and generation -1.
struct Committer {
  std::string_view group_id;
  std::string_view member_id;
  std::optional<std::string_view> group_instance_id;
  std::int32_t generation_id = -1;
  std::int16_t version = 0;  ///< Of OffsetCommit.
};

/// One error per partition, in the order of the request.
using CommitReply = std::function<void(const std::vector<ErrorCode>&)>;

/// Commits, deletes and expires committed offsets; each change is logged before it is visible.
/// Thread-safety: none.
class GroupOffsets {
 public:
  /// Lifetime: all references outlive this object.
  GroupOffsets(const GroupConfig& config, ClassicGroups& groups, OffsetStore& offsets,
               GroupMembership& membership, CoordinatorLog& log);

  /// The topics are known to exist. The reply may come during the call.
  void commit(const Now& now, const Committer& committer, std::vector<OffsetToCommit> offsets,
              CommitReply reply);

  /// OffsetDelete (KIP-496): partitions of topics that a member subscribes to are refused with
  /// group_subscribed_to_topic. The reply's first element is the error of the whole request.
  void remove(const Now& now, std::string_view group_id, std::vector<TopicPartition> partitions,
              std::function<void(ErrorCode, const std::vector<ErrorCode>&)> reply);

  /// Forgets what all groups committed for a topic that was deleted.
  void topic_deleted(std::string_view topic);

  /// Removes offsets of groups that have been empty for longer than the retention.
  void expire(const Now& now);

 private:
  void append_tombstones(const std::string& group_id, std::vector<TopicPartition> partitions);

  const GroupConfig& config_;
  ClassicGroups& groups_;
  OffsetStore& offsets_;
  GroupMembership& membership_;
  CoordinatorLog& log_;
};

}  // namespace barnabas::broker
