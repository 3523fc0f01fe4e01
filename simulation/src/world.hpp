#pragma once

#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"
#include "simulation/src/event_queue.hpp"
#include "simulation/src/trace.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace barnabas::simulation {

/// Virtual time, and what happens in it. Everything else of a simulation hangs on it: whatever is
/// to happen later is an event here, whatever happens by chance draws from `random`.
/// Thread-safety: none; a simulation is one thread.
class World {
 public:
  explicit World(std::uint64_t seed) : seed_(seed), random_(seed) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::uint64_t seed() const noexcept { return seed_; }
  Instant now() const noexcept { return now_; }
  /// The true wall clock; machines may have another opinion.
  Timestamp wall() const noexcept;
  /// For parts that draw a stream of their own: what one of them does must not change another.
  Random fork_random() { return Random(random_.next()); }
  Trace& trace() noexcept { return trace_; }
  void tell(std::string_view who, std::string_view what) {
    trace_.mix(who);
    trace_.mix(what);
    if (trace_.is_written()) trace_.line(now_, who, what);
  }

  void at(Instant when, Event event) { queue_.add(when < now_ ? now_ : when, std::move(event)); }
  void after(Duration delay, Event event) { at(now_ + delay, std::move(event)); }

  /// Lets the next thing happen, if it does so until `limit`; otherwise only time passes, to
  /// `limit` when that is not the end of time. False: nothing happened.
  bool step(Instant limit);
  /// Until `done()`, which is asked after everything that happens, or `limit`. Returns the last
  /// value of `done()`. May be called from within an event.
  bool run_until(const std::function<bool()>& done, Instant limit);
  void run_for(Duration time) {
    const Instant limit = now_ + time;
    while (step(limit)) {
    }
  }
  std::uint64_t events() const noexcept { return events_; }

 private:
  const std::uint64_t seed_;
  Instant now_ = Instant(std::chrono::seconds(1));
  EventQueue queue_;
  Random random_;
  Trace trace_;
  std::uint64_t events_ = 0;
};

}  // namespace barnabas::simulation
