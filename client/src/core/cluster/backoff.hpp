#pragma once

#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <cstdint>

namespace barnabas::client {

/// Growing pauses: `first` after one failure, doubled for each further one in a row, at most `max`,
/// and up to 20 % more or less by chance, so that clients that failed together do not come back
/// together (KIP-144, KIP-580).
class Backoff {
 public:
  Backoff(Duration first, Duration max) : first_(first), max_(max < first ? first : max) {}

  /// The pause after `failures` failures in a row. Zero for none.
  Duration pause(std::uint32_t failures, Random& random) const;

 private:
  Duration first_;
  Duration max_;
};

}  // namespace barnabas::client
