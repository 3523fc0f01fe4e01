#include "simulation/src/broker_machine.hpp"

#include "broker/src/handlers/routes.hpp"

#include <chrono>

namespace barnabas::simulation {

using broker::BrokerEngine;
using broker::NodeId;

namespace {

network::ListenerId listener_of(NodeId node) {
  return network::ListenerId{static_cast<std::uint64_t>(node)};
}

}  // namespace

network::Address BrokerMachine::address_of(NodeId node) {
  network::Address address;
  address.bytes = {10, 0, static_cast<std::uint8_t>(node >> 8), static_cast<std::uint8_t>(node)};
  address.port = 9092;
  return address;
}

std::string BrokerMachine::name_of(NodeId node) { return "kafka-" + std::to_string(node); }

BrokerMachine::BrokerMachine(World& world, SimulatedNetwork& network,
                             broker::BrokerSettings settings, DiskOptions disk)
    : world_(world),
      network_(network),
      settings_(std::move(settings)),
      routes_(broker::routes()),
      machine_(world, "broker", static_cast<Place>(settings_.node_id)),
      disk_(world, disk),
      random_(world.fork_random()) {
  std::vector<network::Address> all;
  for (NodeId node = settings_.node_id; node < settings_.node_id + settings_.nodes; ++node) {
    network_.set_name(name_of(node), {address_of(node)});
    network_.set_place(address_of(node), static_cast<Place>(node));
    all.push_back(address_of(node));
  }
  network_.set_name("kafka", all);
}

BrokerMachine::~BrokerMachine() { end_process(true); }

bool BrokerMachine::is_serving() const {
  return engine_ != nullptr && engine_->state() == BrokerEngine::State::serving;
}

void BrokerMachine::boot() {
  if (engine_) {
    boot_again_ = engine_->state() == BrokerEngine::State::stopping;
    return;
  }
  for (NodeId node = settings_.node_id; node < settings_.node_id + settings_.nodes; ++node) {
    network_.set_powered(static_cast<Place>(node), true);
  }
  start_process();
}

void BrokerMachine::start_process() {
  ++boots_;
  boot_again_ = false;
  serving_ = false;
  failure_ = Error();
  process_ = std::make_unique<Process>(machine_, network_, mutex_);
  engine_ = std::make_unique<BrokerEngine>(settings_, routes_, process_->network(), disk_,
                                           Logger(log_, LogLevel::debug), random_.next());
  disk_.attach(*engine_, [process = process_.get()](std::function<void(const Now&)> call) {
    process->post(std::move(call));
  });
  process_->start(*engine_, [this] { after_turn(); });
  const Result<void> started =
      enter([](BrokerEngine& engine, const Now& now) { return engine.start(now); });
  world_.tell("broker", started ? "starts" : "cannot start: " + started.error().to_string());
  if (started) return;
  failure_ = started.error();
  end_process(false);
  world_.after(std::chrono::seconds(1), [this, life = life_] {
    if (life == life_ && !engine_) start_process();
  });
}

void BrokerMachine::after_turn() {
  const BrokerEngine::State state = engine_->state();
  if (state == BrokerEngine::State::ready && !serving_) {
    serving_ = true;
    for (NodeId node = settings_.node_id; node < settings_.node_id + settings_.nodes; ++node) {
      engine_->add_listener(node, listener_of(node), {name_of(node), 9092});
      listen(node);
    }
    enter([](BrokerEngine& engine, const Now& now) { engine.serve(now); });
    world_.tell("broker", "serves");
    if (on_serving_) on_serving_();
  }
  if (!engine_->failure().ok() && failure_.ok()) {
    failure_ = engine_->failure();
    world_.tell("broker", "failed: " + failure_.to_string());
  }
  if (state != BrokerEngine::State::stopped && state != BrokerEngine::State::failed) return;
  // Not from within its own turn.
  world_.after(Duration::zero(), [this, life = life_, state] {
    if (life != life_ || !engine_) return;
    world_.tell("broker", state == BrokerEngine::State::stopped ? "has stopped" : "gives up");
    const bool again = state == BrokerEngine::State::failed || std::exchange(boot_again_, false);
    end_process(false);
    if (!again) return;
    world_.after(std::chrono::seconds(1), [this, now = life_] {
      if (now == life_ && !engine_) start_process();
    });
  });
}

void BrokerMachine::listen(NodeId node) {
  network_.listen(address_of(node), *process_, listener_of(node), static_cast<Place>(node));
}

void BrokerMachine::end_process(bool silently) {
  ++life_;
  if (!engine_) return;
  process_->die(silently);
  disk_.release();
  // The engine asks the network for nothing any more; its memory goes first, as the disk's and the
  // network's references into it are gone.
  engine_.reset();
  process_.reset();
  serving_ = false;
}

void BrokerMachine::shut_down() {
  if (!engine_) return;
  world_.tell("broker", "is told to stop");
  network_.close_listeners(process_->id());
  enter([](BrokerEngine& engine, const Now& now) { engine.stop(now); });
  process_->request_turn();
}

void BrokerMachine::kill() {
  world_.tell("broker", "is killed");
  end_process(false);
}

void BrokerMachine::lose_power() {
  world_.tell("broker", "loses power");
  end_process(true);
  disk_.lose_power();
  for (NodeId node = settings_.node_id; node < settings_.node_id + settings_.nodes; ++node) {
    network_.set_powered(static_cast<Place>(node), false);
  }
}

void BrokerMachine::stop_node(NodeId node) {
  if (!engine_) return;
  world_.tell("broker", "node " + std::to_string(node) + " stops");
  network_.close_listeners(static_cast<Place>(node));
  enter([&](BrokerEngine& engine, const Now& now) {
    static_cast<void>(engine.stop_node(now, node));  // fails only for unknown nodes
  });
}

void BrokerMachine::start_node(NodeId node) {
  if (!engine_ || !serving_) return;
  world_.tell("broker", "node " + std::to_string(node) + " starts");
  listen(node);
  enter([&](BrokerEngine& engine, const Now& now) {
    static_cast<void>(engine.start_node(now, node));  // likewise
  });
}

}  // namespace barnabas::simulation
