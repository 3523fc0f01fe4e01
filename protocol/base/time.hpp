#pragma once

#include <chrono>
#include <cstdint>

namespace barnabas {

/// A point on the monotonic clock. Cores receive it as an argument and never ask a clock; under
/// simulation it counts virtual time.
using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// Milliseconds since 1970-01-01 UTC, Kafka's timestamp. -1 means "none".
using Timestamp = std::int64_t;

/// Both clocks, read once per event. The wall clock may jump, `monotonic` never goes back:
/// deadlines use `monotonic`, record timestamps and retention use `wall`.
struct Now {
  Instant monotonic;
  Timestamp wall = 0;
};

/// The deadline `timeout` after `start`, at most the end of the clock: no timeout wraps, however
/// long and in whatever unit it was given.
template <class Rep, class Period>
constexpr Instant deadline_after(Instant start, std::chrono::duration<Rep, Period> timeout) {
  if (timeout <= timeout.zero()) return start;
  using Seconds = std::chrono::duration<double>;  // comparing in integers would wrap itself
  const Seconds left = std::chrono::duration_cast<Seconds>(Instant::max() - start);
  if (std::chrono::duration_cast<Seconds>(timeout) >= left) return Instant::max();
  return start + std::chrono::duration_cast<Duration>(timeout);
}

}  // namespace barnabas
