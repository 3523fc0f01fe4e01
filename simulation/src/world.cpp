#include "simulation/src/world.hpp"

#include <algorithm>
#include <chrono>

namespace barnabas::simulation {
namespace {

// 2026-01-01: an arbitrary day, the same in all runs.
constexpr Timestamp epoch_wall = 1767225600000;

}  // namespace

Timestamp World::wall() const noexcept {
  return epoch_wall +
         std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()).count();
}

bool World::step(Instant limit) {
  const std::optional<Instant> next = queue_.next();
  if (!next || *next > limit) {
    if (limit != Instant::max()) now_ = std::max(now_, limit);
    return false;
  }
  now_ = std::max(now_, *next);
  ++events_;
  queue_.run();
  return true;
}

bool World::run_until(const std::function<bool()>& done, Instant limit) {
  while (!done()) {
    if (!step(limit)) return done();
  }
  return true;
}

}  // namespace barnabas::simulation
