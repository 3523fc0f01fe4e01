#pragma once

#include "simulation/src/machine.hpp"
#include "simulation/src/simulation_driver.hpp"

#include <barnabas/log.hpp>
#include <barnabas/runtime.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace barnabas::test {

class Run;

/// An application on a machine of its own: what it does, it does in steps of virtual time.
class ClientActor {
 public:
  ClientActor(Run& run, std::string name, simulation::Place place);
  virtual ~ClientActor() = default;
  ClientActor(const ClientActor&) = delete;
  ClientActor& operator=(const ClientActor&) = delete;

  simulation::Machine& machine() noexcept { return machine_; }
  const std::string& name() const noexcept { return machine_.name(); }
  bool is_running() const noexcept { return running_; }

  /// Makes the client and begins to use it.
  void start();
  /// Closes the client; false when it cannot be done now.
  bool stop(Duration limit);
  /// The machine vanishes, and comes back after `time` with a new client.
  void kill(Duration time);
  void restart(Duration time);
  /// The application does nothing for a while, the client's own thread goes on.
  void pause(Duration time);

 protected:
  virtual void make(const Runtime& runtime) = 0;
  virtual void close(Duration limit) = 0;
  /// One step; returns when the next is due.
  virtual Duration step() = 0;

  /// For the client's log lines; nothing when nobody reads them.
  LogCallback log();

  /// The application is within a call of the client, which may block: nobody else may call it, and
  /// it cannot end.
  bool in_step_ = false;
  Run& run_;
  int life_ = 0;  ///< Counts the clients made.

 private:
  void take_step(int life);

  simulation::Machine machine_;
  std::shared_ptr<simulation::SimulationDriver> driver_;
  bool running_ = false;
  Instant paused_until_{};
};

}  // namespace barnabas::test
