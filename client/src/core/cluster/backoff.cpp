#include "client/src/core/cluster/backoff.hpp"

namespace barnabas::client {

Duration Backoff::pause(std::uint32_t failures, Random& random) const {
  if (failures == 0) return Duration::zero();
  Duration pause = first_;
  for (std::uint32_t i = 1; i < failures && pause < max_ && pause > Duration::zero(); ++i) {
    pause = pause > max_ / 2 ? max_ : pause * 2;
  }
  if (pause > Duration::max() / 2) return Duration::max();  // more could not be told apart
  const double factor = 0.8 + 0.4 * random.unit();
  return Duration(static_cast<Duration::rep>(static_cast<double>(pause.count()) * factor));
}

}  // namespace barnabas::client
