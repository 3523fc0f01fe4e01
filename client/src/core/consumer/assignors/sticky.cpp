#include "client/src/core/consumer/assignors/assignor.hpp"
#include "client/src/core/consumer/assignors/sticky_balance.hpp"

namespace barnabas::client {

GroupAssignment assign_sticky(std::span<const GroupMember> members, const PartitionCounts& counts) {
  return StickyBalance(members, counts).solve();
}

}  // namespace barnabas::client
