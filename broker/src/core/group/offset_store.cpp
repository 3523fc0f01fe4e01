#include "broker/src/core/group/offset_store.hpp"

namespace barnabas::broker {

void OffsetStore::set(std::string_view group_id, const TopicPartition& partition,
                      CommittedOffset offset) {
  auto group = groups_.find(group_id);
  if (group == groups_.end()) group = groups_.emplace(group_id, Partitions{}).first;
  group->second[partition] = std::move(offset);
}

void OffsetStore::remove(std::string_view group_id, const TopicPartition& partition) {
  auto group = groups_.find(group_id);
  if (group == groups_.end()) return;
  group->second.erase(partition);
  if (group->second.empty()) groups_.erase(group);
}

const CommittedOffset* OffsetStore::find(std::string_view group_id,
                                         const TopicPartition& partition) const {
  const Partitions& partitions = of(group_id);
  auto entry = partitions.find(partition);
  return entry == partitions.end() ? nullptr : &entry->second;
}

const OffsetStore::Partitions& OffsetStore::of(std::string_view group_id) const {
  static const Partitions none;
  auto group = groups_.find(group_id);
  return group == groups_.end() ? none : group->second;
}

std::vector<std::string> OffsetStore::group_ids() const {
  std::vector<std::string> ids;
  ids.reserve(groups_.size());
  for (const auto& [id, partitions] : groups_) ids.push_back(id);
  return ids;
}

std::vector<std::pair<std::string, TopicPartition>> OffsetStore::of_topic(
    std::string_view topic) const {
  std::vector<std::pair<std::string, TopicPartition>> found;
  for (const auto& [id, partitions] : groups_) {
    for (const auto& [partition, offset] : partitions) {
      if (partition.topic == topic) found.emplace_back(id, partition);
    }
  }
  return found;
}

}  // namespace barnabas::broker
