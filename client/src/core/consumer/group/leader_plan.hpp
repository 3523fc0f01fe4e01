#pragma once

#include "client/src/core/consumer/assignors/assignor.hpp"
#include "client/src/core/consumer/group/group_link.hpp"

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace barnabas::client {

/// The leader's part of a rebalance: what the members said, what must be known about their topics,
/// and the assignments in the form that travels. Pure.
class LeaderPlan {
 public:
  /// A member whose metadata cannot be read is given nothing; the others do not suffer.
  LeaderPlan(Assignor assignor, std::span<const JoinedMember> members);

  /// Every topic that some member subscribes to.
  const std::set<std::string>& topics() const noexcept { return topics_; }
  /// Members whose metadata could not be read, with the reason.
  const std::map<std::string, Error>& unreadable() const noexcept { return unreadable_; }

  PlannedAssignments assign(const PartitionCounts& counts) const;

 private:
  Assignor assignor_;
  std::vector<GroupMember> members_;
  std::set<std::string> topics_;
  std::map<std::string, Error> unreadable_;
};

}  // namespace barnabas::client
