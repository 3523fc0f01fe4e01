#include <barnabas/simulation.hpp>

#include "broker/src/core/config/broker_properties.hpp"
#include "broker/src/core/topic/record_listing.hpp"
#include "simulation/src/broker_machine.hpp"
#include "simulation/src/machine.hpp"
#include "simulation/src/simulated_network.hpp"
#include "simulation/src/simulation_driver.hpp"
#include "simulation/src/world.hpp"

#include <map>
#include <optional>
#include <utility>

namespace barnabas {

using broker::BrokerEngine;
using simulation::BrokerMachine;
using simulation::Machine;
using simulation::Place;

namespace {

constexpr Place first_client_place = 1000;
constexpr std::chrono::minutes longest_start{1};
constexpr std::uint64_t endless = std::uint64_t{1} << 40;

}  // namespace

class Simulation::Impl {
 public:
  Impl(std::uint64_t seed, const BrokerConfig& config)
      : world(seed),
        network(world, {}),
        broker(world, network, config.settings(), {}),
        random(world.fork_random()) {
    if (!config.error().ok()) throw_error(config.error());
    if (const Result<void> valid = broker::validate(config.settings()); !valid) {
      throw_error(valid.error());
    }
    broker.boot();
    if (!world.run_until([this] { return broker.is_serving(); }, world.now() + longest_start)) {
      throw_error(broker.failure());
    }
  }

  Machine& machine(std::string_view name) {
    const auto found = machines.find(name);
    if (found != machines.end()) return *found->second;
    const auto place = static_cast<Place>(first_client_place + machines.size());
    return *machines
                .emplace(std::string(name),
                         std::make_unique<Machine>(world, std::string(name), place))
                .first->second;
  }

  Runtime runtime(std::string_view name) {
    return Runtime(std::make_shared<simulation::SimulationDriver>(machine(name), network));
  }

  template <class Config>
  Runtime settle(Config& config) {
    if (config.client_settings().bootstrap_servers.empty()) config.bootstrap_servers("kafka:9092");
    return runtime(config.client_settings().client_id);
  }

  template <class Visit>
  Result<void> enter(Visit visit) {
    if (broker.is_off()) return Error(ErrorCode::broker_not_available, "the broker is down");
    return broker.enter(visit);
  }

  void boot_after(Time down) {
    world.after(down, [this] { broker.boot(); });
  }

  void repeat(Time interval, std::weak_ptr<const std::function<void()>> action) {
    world.after(interval, [this, interval, action] {
      const Action held = action.lock();
      if (!held) return;
      (*held)();
      repeat(interval, action);
    });
  }

  simulation::World world;
  simulation::SimulatedNetwork network;
  BrokerMachine broker;
  Random random;
  std::map<std::string, std::unique_ptr<Machine>, std::less<>> machines;
  std::optional<Producer> own_producer;  // ends before everything that it uses
};

Simulation::Simulation(std::uint64_t seed) : Simulation(seed, BrokerConfig()) {}
Simulation::Simulation(std::uint64_t seed, const BrokerConfig& config)
    : impl_(std::make_unique<Impl>(seed, config)) {}
Simulation::~Simulation() = default;

std::uint64_t Simulation::seed() const noexcept { return impl_->world.seed(); }

// Time --------------------------------------------------------------------------------------------

Simulation::Time Simulation::now() const noexcept { return impl_->world.now().time_since_epoch(); }
void Simulation::run_for(Time time) { impl_->world.run_for(time); }

bool Simulation::run_until(const std::function<bool()>& done, Time limit) {
  return impl_->world.run_until(done, deadline_after(impl_->world.now(), limit));
}

void Simulation::after(Time delay, std::function<void()> action) {
  impl_->world.after(delay, std::move(action));
}

Simulation::Action Simulation::every(Time interval, std::function<void()> action) {
  Action kept = std::make_shared<const std::function<void()>>(std::move(action));
  impl_->repeat(interval, kept);
  return kept;
}

std::uint64_t Simulation::random(std::uint64_t bound) { return impl_->random.below(bound); }

// Clients -----------------------------------------------------------------------------------------

std::string Simulation::bootstrap() const { return "kafka:9092"; }
Runtime Simulation::machine(std::string_view name) { return impl_->runtime(name); }

Producer& Simulation::producer() {
  if (!impl_->own_producer) {
    impl_->own_producer.emplace(make_producer(ProducerConfig().client_id("producer")));
  }
  return *impl_->own_producer;
}

Producer Simulation::make_producer(ProducerConfig config) {
  const Runtime runtime = impl_->settle(config);
  return Producer(runtime, config);
}

Consumer Simulation::make_consumer(ConsumerConfig config) {
  const Runtime runtime = impl_->settle(config);
  return Consumer(runtime, config);
}

Admin Simulation::make_admin(AdminConfig config) {
  Runtime runtime = impl_->settle(config);
  return Admin(runtime, config);
}

// The broker --------------------------------------------------------------------------------------

Result<void> Simulation::create_topic(std::string_view name, std::int32_t partitions,
                                      const Properties& properties) {
  broker::TopicRequest request;
  request.name = name;
  request.partitions = partitions;
  for (const auto& [property, value] : properties) request.properties[property] = value;
  return impl_->enter([&](BrokerEngine& engine, const Now& now) -> Result<void> {
    const Result<const broker::Topic*> made = engine.create_topic(now, std::move(request));
    if (!made) return made.error();
    return {};
  });
}

std::vector<StoredRecord> Simulation::log(std::string_view topic, std::int32_t partition) const {
  const BrokerEngine* const engine = impl_->broker.engine();
  const broker::Topic* const found = engine ? engine->topics().find(topic) : nullptr;
  const broker::Partition* const place = found ? found->find(partition) : nullptr;
  if (!place) return {};
  return broker::list_records(*place->log).value_or(std::vector<StoredRecord>());
}

void Simulation::inject(const Fault& fault) {
  if (impl_->broker.is_off()) return;
  impl_->broker.enter([&](BrokerEngine& engine, const Now&) { engine.inject(fault); });
}

Result<void> Simulation::move_leader(const TopicPartition& partition, std::int32_t node_id) {
  return impl_->enter([&](BrokerEngine& engine, const Now& now) {
    return engine.move_leader(now, partition, node_id);
  });
}

Result<void> Simulation::move_coordinator(std::string_view group_id, std::int32_t node_id) {
  return impl_->enter([&](BrokerEngine& engine, const Now& now) {
    return engine.move_coordinator(now, group_id, node_id);
  });
}

void Simulation::stop_node(std::int32_t node_id) { impl_->broker.stop_node(node_id); }
void Simulation::start_node(std::int32_t node_id) { impl_->broker.start_node(node_id); }
bool Simulation::broker_is_up() const { return impl_->broker.is_serving(); }

void Simulation::crash_broker(Time down) {
  impl_->broker.lose_power();
  impl_->boot_after(down);
}

void Simulation::kill_broker(Time down) {
  impl_->broker.kill();
  impl_->boot_after(down);
}

void Simulation::restart_broker(Time down) {
  impl_->broker.shut_down();
  impl_->boot_after(down);
}

void Simulation::fill_disk(std::uint64_t bytes, Time time) {
  simulation::SimulatedDisk& disk = impl_->broker.disk();
  disk.set_capacity(disk.used() + bytes);
  impl_->world.after(time, [&disk] { disk.set_capacity(endless); });
}

// The network -------------------------------------------------------------------------------------

void Simulation::disconnect(std::string_view machine, Time time) {
  const auto found = impl_->machines.find(machine);
  if (found == impl_->machines.end()) return;
  const Place place = found->second->place();
  const broker::BrokerSettings& settings = impl_->broker.settings();
  for (std::int32_t node = settings.node_id; node < settings.node_id + settings.nodes; ++node) {
    const auto broker = static_cast<Place>(node);
    impl_->network.block(place, broker);
    impl_->network.block(broker, place);
    impl_->world.after(time, [this, place, broker] {
      impl_->network.unblock(place, broker);
      impl_->network.unblock(broker, place);
    });
  }
}

void Simulation::reset_connections() { impl_->network.reset(std::nullopt, impl_->random); }

void Simulation::stall(std::string_view machine, Time time) {
  const auto found = impl_->machines.find(machine);
  if (found != impl_->machines.end()) found->second->stall(time);
}

// What happens ------------------------------------------------------------------------------------

void Simulation::trace(std::function<void(std::string_view line)> sink) {
  impl_->world.trace().write_to(std::move(sink));
}

std::uint64_t Simulation::fingerprint() const noexcept { return impl_->world.trace().hash(); }

}  // namespace barnabas
