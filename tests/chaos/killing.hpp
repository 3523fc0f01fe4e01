#pragma once

#include "tests/chaos/broker_process.hpp"
#include "tests/chaos/options.hpp"

#include <functional>
#include <string>

namespace barnabas::chaos {

/// How far the work has come.
struct Progress {
  std::int64_t acknowledged = 0;  ///< Records.
  std::int64_t commits = 0;       ///< Of all groups.
};

/// Kills the broker --kills times and starts it again. Before each kill some records and commits
/// were acknowledged by this very process, and more are under way. False, with a message on
/// standard error, when the broker does not come back or nothing moves any more.
bool kill_again_and_again(BrokerProcess& broker, const Options& options,
                          const std::function<Progress()>& progress);

/// Cuts off half of the last segment of the logs whose folder begins with `topic`, as a broker that
/// had acknowledged before it wrote would leave them. Requires: the broker is not running.
void damage(const std::string& data, const std::string& topic);

}  // namespace barnabas::chaos
