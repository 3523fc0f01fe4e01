#pragma once

#include "broker/src/core/group/committed_offset.hpp"

#include <barnabas/topic_partition.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// The committed offsets of all groups. Changed only by replay.
/// Thread-safety: none.
class OffsetStore {
 public:
  using Partitions = std::map<TopicPartition, CommittedOffset>;

  void set(std::string_view group_id, const TopicPartition& partition, CommittedOffset offset);
  void remove(std::string_view group_id, const TopicPartition& partition);

  /// Nothing committed: nullptr.
  const CommittedOffset* find(std::string_view group_id, const TopicPartition& partition) const;
  /// Everything that the group has committed, in order of topic and partition.
  const Partitions& of(std::string_view group_id) const;
  bool has(std::string_view group_id) const { return groups_.contains(group_id); }
  /// Groups with at least one offset.
  std::vector<std::string> group_ids() const;
  /// Partitions of `topic` over all groups.
  std::vector<std::pair<std::string, TopicPartition>> of_topic(std::string_view topic) const;

 private:
  std::map<std::string, Partitions, std::less<>> groups_;
};

}  // namespace barnabas::broker
