#include "protocol/transport/clock.hpp"

#include <chrono>

#include <time.h>

namespace barnabas::transport {

Now SystemClock::now() const {
  using std::chrono::duration_cast;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::steady_clock::now(),
          duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

Timestamp SystemClock::quick_wall() const { return system_quick_wall(); }

Timestamp SystemClock::system_quick_wall() noexcept {
#ifdef CLOCK_REALTIME_COARSE
  // As of the kernel's last tick, which costs a fifth.
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return Timestamp{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
#else
  return instance().now().wall;
#endif
}

const SystemClock& SystemClock::instance() {
  static const SystemClock clock;
  return clock;
}

}  // namespace barnabas::transport
