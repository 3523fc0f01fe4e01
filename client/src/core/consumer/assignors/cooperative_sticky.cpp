#include "client/src/core/consumer/assignors/assignor.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace barnabas::client {

GroupAssignment assign_cooperative_sticky(std::span<const GroupMember> members,
                                          const PartitionCounts& counts) {
  GroupAssignment assignment = assign_sticky(members, counts);
  // Every claim counts here, whatever its generation: the claimant may be reading at this moment.
  std::map<TopicPartition, std::set<std::string_view>> claimants;
  for (const GroupMember& member : members) {
    for (const TopicPartition& owned : member.owned) claimants[owned].insert(member.id);
  }
  for (auto& [member, partitions] : assignment) {
    std::erase_if(partitions, [&, &id = member](const TopicPartition& partition) {
      const auto found = claimants.find(partition);
      return found != claimants.end() && !found->second.contains(id);
    });
  }
  return assignment;
}

}  // namespace barnabas::client
