#pragma once

#include "simulation/src/world.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::simulation {

class Process;

/// Where something runs, as the network sees it. Links join places.
using Place = std::uint16_t;

/// A computer: a clock of its own, and one thread for all that runs on it.
/// Thread-safety: none.
class Machine {
 public:
  Machine(World& world, std::string name, Place place)
      : world_(world), name_(std::move(name)), place_(place) {}
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  World& world() noexcept { return world_; }
  const std::string& name() const noexcept { return name_; }
  Place place() const noexcept { return place_; }

  Now now() const noexcept { return {world_.now(), world_.wall() + wall_offset_}; }
  /// The wall clock is set; the monotonic one goes on.
  void jump_wall(std::int64_t milliseconds);
  void reset_wall() noexcept { wall_offset_ = 0; }
  /// Nothing runs here for a while: a laptop that sleeps, a paused virtual machine.
  void stall(Duration time);
  bool is_stalled() const noexcept { return world_.now() < stalled_until_; }
  Instant stalled_until() const noexcept { return stalled_until_; }

  /// Whether the thread is within an event or a callback.
  bool is_busy() const noexcept { return depth_ > 0; }

 private:
  friend class Process;
  void enter() noexcept { ++depth_; }
  void leave();

  World& world_;
  const std::string name_;
  const Place place_;
  std::int64_t wall_offset_ = 0;
  Instant stalled_until_{};
  int depth_ = 0;
  std::vector<Process*> postponed_;  // wanted a turn while the thread was busy
};

}  // namespace barnabas::simulation
