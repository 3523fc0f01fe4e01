#include "client/src/core/consumer/positions/offset_reset.hpp"

#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

void reset_offset(const Now& now, Assignment& assignment, PartitionState& state,
                  const OffsetReset& policy, Error cause) {
  switch (policy.kind()) {
    case OffsetReset::Kind::earliest:
      assignment.seek_to_timestamp(
          state, planted(PlantedBug::reset_to_the_end) ? latest_timestamp : earliest_timestamp);
      return;
    case OffsetReset::Kind::latest:
      assignment.seek_to_timestamp(state, latest_timestamp);
      return;
    case OffsetReset::Kind::by_duration:
      assignment.seek_to_timestamp(state, std::max<Timestamp>(now.wall - policy.age().count(), 0));
      return;
    case OffsetReset::Kind::none:
      assignment.halt(state);
      assignment.report(state.partition(), std::move(cause));
      return;
  }
}

}  // namespace barnabas::client
