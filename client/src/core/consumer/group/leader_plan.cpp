#include "client/src/core/consumer/group/leader_plan.hpp"

#include "protocol/base/planted_bug.hpp"

#include <cstdint>
#include <utility>

namespace barnabas::client {

LeaderPlan::LeaderPlan(Assignor assignor, std::span<const JoinedMember> members)
    : assignor_(assignor) {
  for (const JoinedMember& joined : members) {
    Result<GroupMember> member =
        decode_subscription({joined.metadata.data(), joined.metadata.size()}, assignor);
    if (!member) {
      unreadable_.emplace(joined.id, member.error());
      continue;
    }
    member->id = joined.id;
    member->instance_id = joined.instance_id;
    topics_.insert(member->topics.begin(), member->topics.end());
    members_.push_back(*std::move(member));
  }
}

PlannedAssignments LeaderPlan::assign(const PartitionCounts& counts) const {
  std::int64_t unassigned = 0;
  for (const std::string& topic : topics_) {
    if (const auto found = counts.find(topic); found != counts.end()) unassigned += found->second;
  }
  PlannedAssignments planned;
  for (const auto& [id, partitions] : barnabas::client::assign(assignor_, members_, counts)) {
    unassigned -= static_cast<std::int64_t>(partitions.size());
    auto given = partitions;
    if (planted(PlantedBug::assign_not_all) && given.size() > 1) given.pop_back();
    if (planted(PlantedBug::assign_twice) && !topics_.empty() && given.empty()) {
      given.emplace_back(*topics_.begin(), 0);
    }
    planned.by_member.emplace(id, encode_assignment(given));
  }
  for (const auto& [id, error] : unreadable_) {
    planned.by_member.emplace(id, encode_assignment({}));
  }
  planned.leaves_out = unassigned > 0;
  return planned;
}

}  // namespace barnabas::client
