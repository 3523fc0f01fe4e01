#include "tests/simulation/client_actor.hpp"

#include "tests/simulation/run.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::test {

ClientActor::ClientActor(Run& run, std::string name, simulation::Place place)
    : run_(run), machine_(run.world(), std::move(name), place) {}

void ClientActor::start() {
  if (running_) return;
  ++life_;
  running_ = true;
  run_.network().set_powered(machine_.place(), true);
  driver_ = std::make_shared<simulation::SimulationDriver>(machine_, run_.network());
  make(Runtime(driver_));
  run_.world().after(Duration::zero(), [this, life = life_] { take_step(life); });
}

bool ClientActor::stop(Duration limit) {
  if (!running_ || in_step_ || machine_.is_busy() || !run_.may_block()) return false;
  running_ = false;
  const Run::Blocking blocking(run_);
  in_step_ = true;
  close(limit);
  in_step_ = false;
  driver_.reset();
  return true;
}

void ClientActor::kill(Duration time) {
  if (!running_ || in_step_ || machine_.is_busy()) return;
  run_.world().tell(name(), "is killed");
  run_.network().set_powered(machine_.place(), false);
  running_ = false;
  close(Duration::zero());
  driver_.reset();
  run_.world().after(time, [this, life = life_] {
    if (life == life_) start();
  });
}

void ClientActor::restart(Duration time) {
  if (!stop(std::chrono::seconds(5))) return;
  run_.world().after(time, [this, life = life_] {
    if (life == life_) start();
  });
}

void ClientActor::pause(Duration time) {
  paused_until_ = std::max(paused_until_, run_.world().now() + time);
}

LogCallback ClientActor::log() {
  if (!run_.world().trace().is_written()) return {};
  return [this](LogLevel, std::string_view line) {
    run_.world().trace().line(run_.world().now(), name() + " log", line);
  };
}

void ClientActor::take_step(int life) {
  if (life != life_ || !running_) return;
  const Instant now = run_.world().now();
  const Instant free = std::max(paused_until_, machine_.stalled_until());
  Duration next = std::chrono::milliseconds(1);
  if (free > now) {
    next = free - now;
  } else if (!in_step_ && !machine_.is_busy()) {
    in_step_ = true;
    next = step();
    in_step_ = false;
  }
  run_.world().after(next, [this, life] { take_step(life); });
}

}  // namespace barnabas::test
