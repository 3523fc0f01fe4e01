#include "client/src/core/consumer/assignors/assignor.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace barnabas::client {

GroupAssignment assign_range(std::span<const GroupMember> members, const PartitionCounts& counts) {
  GroupAssignment assignment;
  std::map<std::string, std::vector<const GroupMember*>> subscribers;
  for (const GroupMember* member : in_order(members)) {
    assignment[member->id];
    for (const std::string& topic : member->topics) {
      std::vector<const GroupMember*>& list = subscribers[topic];
      if (list.empty() || list.back() != member) list.push_back(member);
    }
  }
  for (const auto& [topic, readers] : subscribers) {
    const std::int32_t partitions = partition_count(counts, topic);
    const auto count = static_cast<std::int32_t>(readers.size());
    std::int32_t next = 0;
    for (std::int32_t reader = 0; reader < count; ++reader) {
      const std::int32_t share = partitions / count + (reader < partitions % count ? 1 : 0);
      std::vector<TopicPartition>& list = assignment[readers[static_cast<std::size_t>(reader)]->id];
      for (const std::int32_t end = next + share; next < end; ++next) {
        list.emplace_back(topic, next);
      }
    }
  }
  return assignment;
}

}  // namespace barnabas::client
