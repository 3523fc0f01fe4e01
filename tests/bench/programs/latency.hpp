#pragma once

#include "tests/bench/programs/meter.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace barnabas::bench {

using Clock = std::chrono::steady_clock;

/// The first bytes of a value: when it was sent, by a clock that all threads share.
inline void stamp(std::string& value) {
  const Clock::rep now = Clock::now().time_since_epoch().count();
  std::memcpy(value.data(), &now, sizeof now);
}
inline Clock::time_point stamp_of(const void* value) {
  Clock::rep sent = 0;
  std::memcpy(&sent, value, sizeof sent);
  return Clock::time_point(Clock::duration(sent));
}

/// How long things took. Thread-safety: complete.
class Latencies {
 public:
  void add(Clock::time_point since) {
    const double micros = std::chrono::duration<double, std::micro>(Clock::now() - since).count();
    const std::lock_guard lock(mutex_);
    micros_.push_back(micros);
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return micros_.size();
  }
  /// The first `skipped` do not count.
  void note(Meter& meter, const std::string& name, std::size_t skipped) {
    const std::lock_guard lock(mutex_);
    std::vector<double> sorted(micros_.begin() + static_cast<std::ptrdiff_t>(skipped),
                               micros_.end());
    std::sort(sorted.begin(), sorted.end());
    const auto quantile = [&](double part) {
      return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
    };
    meter.note(name + "_p50_us", quantile(0.5));
    meter.note(name + "_p99_us", quantile(0.99));
    meter.note(name + "_p999_us", quantile(0.999));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<double> micros_;
};

/// Calls `send` `messages` times at `rate` a second; above a thousand several times in a row, each
/// millisecond.
template <class Send>
void paced(std::uint64_t messages, std::uint64_t rate, Send&& send) {
  const auto begin = Clock::now();
  const auto step = std::chrono::microseconds(rate > 1000 ? 1000 : 1'000'000 / rate);
  std::uint64_t sent = 0;
  for (std::uint64_t turn = 1; sent < messages; ++turn) {
    const auto due = begin + turn * step;
    std::this_thread::sleep_until(due);
    const auto passed = std::chrono::duration<double>(due - begin).count();
    const auto wanted = static_cast<std::uint64_t>(passed * static_cast<double>(rate));
    for (; sent < std::min(wanted, messages); ++sent) send();
  }
}

/// Waits until `latencies` has `count`, for half a minute at most.
inline bool wait_for(const Latencies& latencies, std::size_t count) {
  const auto deadline = Clock::now() + std::chrono::seconds(30);
  while (latencies.count() < count) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace barnabas::bench
