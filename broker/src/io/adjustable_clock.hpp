#pragma once

#include "protocol/transport/clock.hpp"

#include <atomic>
#include <chrono>

namespace barnabas::broker::io {

/// The system's clocks, put forward by as much as somebody asked for.
/// Thread-safety: complete.
class AdjustableClock final : public transport::Clock {
 public:
  Now now() const override {
    Now now = transport::SystemClock::instance().now();
    const std::chrono::milliseconds ahead(ahead_ms_.load());
    now.monotonic += ahead;
    now.wall += ahead.count();
    return now;
  }
  void advance(std::chrono::milliseconds time) { ahead_ms_ += time.count(); }

 private:
  std::atomic<std::chrono::milliseconds::rep> ahead_ms_{0};
};

}  // namespace barnabas::broker::io
