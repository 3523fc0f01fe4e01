#pragma once

#include "client/src/io/driver.hpp"
#include "protocol/base/random.hpp"
#include "simulation/src/machine.hpp"
#include "simulation/src/simulated_network.hpp"

#include <cstdint>
#include <memory>
#include <mutex>

namespace barnabas::simulation {

/// Runs clients of the public API on a machine of the simulation. Blocking calls let virtual time
/// pass until their condition holds; whatever else is to happen meanwhile happens.
/// Lifetime: the machine and the network outlive the driver and its clients.
class SimulationDriver final : public client::Driver {
 public:
  SimulationDriver(Machine& machine, SimulatedNetwork& network)
      : machine_(machine), network_(network), random_(machine.world().fork_random()) {}

  Now now() const override { return machine_.now(); }
  std::uint64_t new_seed() override { return random_.next(); }
  Result<std::unique_ptr<client::EngineBinding>> bind(
      std::mutex& mutex, const network::SocketBuffers& buffers) override;
  bool on_loop_thread() const noexcept override { return machine_.is_busy(); }
  bool is_manual() const noexcept override { return true; }

 private:
  Machine& machine_;
  SimulatedNetwork& network_;
  Random random_;
};

}  // namespace barnabas::simulation
