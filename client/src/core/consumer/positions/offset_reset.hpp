#pragma once

#include "client/src/core/consumer/positions/assignment.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/consumer_config.hpp>
#include <barnabas/error.hpp>

namespace barnabas::client {

/// What happens to a partition whose position does not exist (auto.offset.reset): it is looked up
/// anew, or, by the policy "none", halted with `cause` reported to the application.
void reset_offset(const Now& now, Assignment& assignment, PartitionState& state,
                  const OffsetReset& policy, Error cause);

}  // namespace barnabas::client
