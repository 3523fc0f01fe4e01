#include "protocol/transport/clock.hpp"

#include <chrono>

namespace barnabas::transport {

Now SystemClock::now() const {
  using std::chrono::duration_cast;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::steady_clock::now(),
          duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

const SystemClock& SystemClock::instance() {
  static const SystemClock clock;
  return clock;
}

}  // namespace barnabas::transport
