#pragma once

#include "broker/src/core/broker_engine.hpp"
#include "broker/src/core/config/broker_settings.hpp"
#include "simulation/src/machine.hpp"
#include "simulation/src/process.hpp"
#include "simulation/src/simulated_disk.hpp"
#include "simulation/src/simulated_network.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace barnabas::simulation {

/// A computer with a disk, on which a broker runs, ends in all the ways there are, and runs again.
/// Node n is the place n and has the address 10.0.0.n:9092 and the name kafka-n; "kafka" names all.
/// Thread-safety: none.
class BrokerMachine {
 public:
  /// Off.
  BrokerMachine(World& world, SimulatedNetwork& network, broker::BrokerSettings settings,
                DiskOptions disk);
  ~BrokerMachine();

  /// Starts the broker, or does so once it has stopped; as long as it cannot start, again every
  /// second.
  void boot();
  /// Begins a clean stop, after which the process ends.
  void shut_down();
  /// The process ends at once; the system goes on.
  void kill();
  /// The computer is off: clients hear nothing, and the disk loses what was not synced.
  void lose_power();

  bool is_serving() const;
  /// No process runs.
  bool is_off() const noexcept { return engine_ == nullptr; }
  /// Why the last process could not start or failed; no error otherwise.
  const Error& failure() const noexcept { return failure_; }
  /// Null while no process runs.
  const broker::BrokerEngine* engine() const noexcept { return engine_.get(); }
  SimulatedDisk& disk() noexcept { return disk_; }
  Machine& machine() noexcept { return machine_; }
  const broker::BrokerSettings& settings() const noexcept { return settings_; }
  std::uint64_t boots() const noexcept { return boots_; }
  /// The router table of processes that start from now on; the machine's broker's own by default.
  /// Lifetime: outlives this.
  void set_routes(std::span<const broker::ApiRoute> routes) noexcept { routes_ = routes; }
  /// Called whenever a broker has begun to serve.
  void set_on_serving(std::function<void()> call) { on_serving_ = std::move(call); }
  void set_log(LogCallback log) { log_ = std::move(log); }

  /// Calls `visit(BrokerEngine&, const Now&)`. Requires: a process runs.
  template <class Visit>
  auto enter(Visit&& visit) {
    const std::lock_guard lock(mutex_);
    struct Leave {
      Process& process;
      ~Leave() { process.entered(); }
    } const leave{*process_};
    return visit(*engine_, machine_.now());
  }

  void stop_node(broker::NodeId node);
  void start_node(broker::NodeId node);

  static network::Address address_of(broker::NodeId node);
  static std::string name_of(broker::NodeId node);

 private:
  void start_process();
  void after_turn();
  void listen(broker::NodeId node);
  void end_process(bool silently);

  World& world_;
  SimulatedNetwork& network_;
  const broker::BrokerSettings settings_;
  std::span<const broker::ApiRoute> routes_;
  Machine machine_;
  SimulatedDisk disk_;
  Random random_;
  LogCallback log_;
  std::function<void()> on_serving_;
  std::mutex mutex_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<broker::BrokerEngine> engine_;
  bool serving_ = false;
  bool boot_again_ = false;
  Error failure_;
  std::uint64_t boots_ = 0;
  std::uint64_t life_ = 0;
};

}  // namespace barnabas::simulation
