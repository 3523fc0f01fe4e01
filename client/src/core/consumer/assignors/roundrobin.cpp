#include "client/src/core/consumer/assignors/assignor.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace barnabas::client {

GroupAssignment assign_roundrobin(std::span<const GroupMember> members,
                                  const PartitionCounts& counts) {
  GroupAssignment assignment;
  struct Reader {
    std::vector<TopicPartition>* list;
    std::set<std::string> topics;
  };
  std::vector<Reader> readers;
  std::set<std::string> topics;
  for (const GroupMember* member : in_order(members)) {
    readers.push_back({&assignment[member->id], {member->topics.begin(), member->topics.end()}});
    topics.insert(member->topics.begin(), member->topics.end());
  }
  std::size_t turn = 0;
  for (const std::string& topic : topics) {
    const std::int32_t partitions = partition_count(counts, topic);
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
      // Ends: the topic came from one of the readers.
      while (!readers[turn % readers.size()].topics.contains(topic)) ++turn;
      readers[turn++ % readers.size()].list->emplace_back(topic, partition);
    }
  }
  return assignment;
}

}  // namespace barnabas::client
