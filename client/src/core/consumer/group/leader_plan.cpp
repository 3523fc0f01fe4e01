#include "client/src/core/consumer/group/leader_plan.hpp"

#include "protocol/base/planted_bug.hpp"

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

std::map<std::string, Bytes> LeaderPlan::assign(const PartitionCounts& counts) const {
  std::map<std::string, Bytes> encoded;
  for (const auto& [id, partitions] : barnabas::client::assign(assignor_, members_, counts)) {
    auto given = partitions;
    if (planted(PlantedBug::assign_not_all) && given.size() > 1) given.pop_back();
    if (planted(PlantedBug::assign_twice) && !topics_.empty() && given.empty()) {
      given.emplace_back(*topics_.begin(), 0);
    }
    encoded.emplace(id, encode_assignment(given));
  }
  for (const auto& [id, error] : unreadable_) encoded.emplace(id, encode_assignment({}));
  return encoded;
}

}  // namespace barnabas::client
