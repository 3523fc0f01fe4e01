#pragma once

#include "client/src/core/cluster/channel.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <optional>
#include <vector>

namespace barnabas::client {

/// What to do for requests that any broker can answer.
struct BrokerChoice {
  Channel* use = nullptr;             ///< Ready: send there.
  Channel* open = nullptr;            ///< Nothing is ready: open this one.
  bool hopeless = false;              ///< Nothing is ready, under way or allowed to be tried now.
  std::optional<Instant> look_again;  ///< When the choice may be another one by itself.
};

/// Chooses among `candidates` (at least one): the ready one with the fewest requests under way, not
/// throttled if that can be had; ties are broken by chance. When none is ready, one after the other
/// is opened until one is: the next as soon as one has failed or has taken longer than a second.
BrokerChoice choose_broker(const std::vector<Channel*>& candidates, const Now& now, Random& random);

}  // namespace barnabas::client
