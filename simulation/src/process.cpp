#include "simulation/src/process.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace barnabas::simulation {

using network::Address;
using network::ConnectionId;

namespace {

// A turn takes time, so that a process that never comes to rest does not stop the world's clock.
constexpr Duration turn_time = std::chrono::microseconds(10);

}  // namespace

Process::Process(Machine& machine, SimulatedNetwork& network, std::mutex& mutex)
    : machine_(machine), network_(network), mutex_(mutex), id_(network.add(*this)), port_(*this) {}

Process::~Process() {
  stop();
  std::erase(machine_.postponed_, this);
  network_.remove(id_);
}

void Process::start(network::Engine& engine, std::function<void()> after_turn) {
  engine_ = &engine;
  after_turn_ = std::make_shared<const std::function<void()>>(std::move(after_turn));
  request_advance();
}

void Process::stop() {
  if (!engine_) return;
  engine_ = nullptr;
  network_.close_listeners(id_);
  network_.close_all(id_, SimulatedNetwork::End::orderly);
  inbox_.clear();
}

void Process::die(bool silently) {
  engine_ = nullptr;
  network_.close_listeners(id_);
  network_.close_all(id_, silently ? SimulatedNetwork::End::silent : SimulatedNetwork::End::reset);
  inbox_.clear();
}

// Turns -------------------------------------------------------------------------------------------

void Process::request_advance() {
  wants_advance_ = true;
  request_turn();
}

void Process::request_turn() {
  if (engine_) schedule(std::max(world().now(), not_before_));
}

void Process::entered() {
  if (!engine_) return;
  deadline_ = engine_->next_deadline();
  plan();
}

void Process::plan() {
  if (!engine_) return;
  if (wants_advance_ || !inbox_.empty()) request_turn();
  if (deadline_) schedule(std::max(*deadline_, not_before_));
}

void Process::schedule(Instant when) {
  if (when >= scheduled_) return;
  scheduled_ = when;
  // A deadline that stays is planned again after every turn; its event is under way already.
  if (std::ranges::find(planned_, when) != planned_.end()) return;
  planned_.push_back(when);
  world().at(when, [network = &network_, id = id_, when] {
    Process* const process = network->find(id);
    if (process == nullptr) return;
    std::erase(process->planned_, when);
    process->turn();
  });
}

void Process::turn() {
  const Instant now = world().now();
  if (!engine_ || now < scheduled_) return;
  scheduled_ = Instant::max();
  if (machine_.is_stalled()) return schedule(machine_.stalled_until());
  if (machine_.is_busy()) {
    machine_.postponed_.push_back(this);
    return;
  }
  machine_.enter();
  ++turns_;
  if (inbox_.empty()) ++turns_without_news_;
  not_before_ = now + turn_time;
  {
    const std::lock_guard lock(mutex_);
    const Now both = machine_.now();
    deliver(both);
    if (engine_ && (std::exchange(wants_advance_, false) || (deadline_ && *deadline_ <= now))) {
      engine_->advance(both);
    }
    if (engine_) deadline_ = engine_->next_deadline();
  }
  // The application may end this process in its callback.
  Machine& machine = machine_;
  SimulatedNetwork& network = network_;
  const ProcessId id = id_;
  const std::shared_ptr<const std::function<void()>> after_turn = after_turn_;
  if (engine_ && *after_turn) (*after_turn)();
  if (network.find(id) == this) plan();
  machine.leave();
}

void Process::deliver(const Now& now) {
  // What comes in meanwhile waits for the next turn.
  std::vector<Input> inputs = std::move(spare_inbox_);
  inputs.swap(inbox_);
  for (Input& input : inputs) {
    if (!engine_) return;
    std::visit([&](auto& kind) { deliver(now, kind); }, input);
  }
  inputs.clear();
  spare_inbox_ = std::move(inputs);
}

void Process::deliver(const Now& now, Readable& input) {
  for (;;) {
    switch (network_.readable(id_, input.id)) {
      case SimulatedNetwork::Readable::nothing:
        return;
      case SimulatedNetwork::Readable::end:
        network_.close(id_, input.id, false);
        return engine_->on_closed(now, input.id,
                                  Error(ErrorCode::disconnected, "the peer closed the connection"));
      case SimulatedNetwork::Readable::bytes:
        const std::span<std::byte> room = engine_->receive_buffer(input.id);
        const std::size_t count = network_.read(id_, input.id, room);
        engine_->on_received(now, input.id, count);
    }
  }
}

void Process::deliver(const Now& now, Written& input) {
  if (network_.is_open(id_, input.id)) engine_->on_written(now, input.id, input.count);
}

void Process::deliver(const Now& now, Connected& input) {
  if (network_.is_open(id_, input.id)) engine_->on_connected(now, input.id);
}

void Process::deliver(const Now& now, Accepted& input) {
  engine_->on_accepted(now, input.id, input.listener, input.peer);
}

void Process::deliver(const Now& now, Closed& input) {
  if (dying_.erase(input.id) > 0) engine_->on_closed(now, input.id, std::move(input.reason));
}

void Process::deliver(const Now& now, Resolved& input) {
  engine_->on_resolved(now, input.id, std::move(input.addresses));
}

void Process::deliver(const Now& now, Call& input) { input(now); }

// Inputs ------------------------------------------------------------------------------------------

void Process::put(Input input) {
  if (!engine_) return;
  inbox_.push_back(std::move(input));
  request_turn();
}

void Process::post(std::function<void(const Now&)> call) { put(std::move(call)); }

void Process::resolved(network::LookupId id, Result<std::vector<Address>> addresses) {
  put(Resolved{id, std::move(addresses)});
}

void Process::connected(ConnectionId id) { put(Connected{id}); }

void Process::accepted(ConnectionId id, network::ListenerId listener, const Address& peer) {
  put(Accepted{id, listener, peer});
}

void Process::written(ConnectionId id, std::size_t count) { put(Written{id, count}); }

void Process::readable(ConnectionId id) { put(Readable{id}); }

void Process::closed(ConnectionId id, Error reason) {
  if (!engine_) return;
  dying_.insert(id);
  put(Closed{id, std::move(reason)});
}

// The engine's requests ---------------------------------------------------------------------------

void Process::Port::resolve(network::LookupId id, std::string host, std::uint16_t port) {
  process_.network_.resolve(process_.id_, id, host, port);
}
void Process::Port::connect(ConnectionId id, const Address& address) {
  process_.network_.connect(process_, id, address);
}
void Process::Port::write(ConnectionId id, wire::GatherBuffer bytes) {
  process_.network_.write(process_.id_, id, std::move(bytes));
}
void Process::Port::pause_reading(ConnectionId id) {
  process_.network_.pause_reading(process_.id_, id, true);
}
void Process::Port::resume_reading(ConnectionId id) {
  process_.network_.pause_reading(process_.id_, id, false);
}
void Process::Port::close(ConnectionId id) {
  process_.dying_.erase(id);
  process_.network_.close(process_.id_, id, false);
}
void Process::Port::close_after_writes(ConnectionId id) {
  process_.dying_.erase(id);
  process_.network_.close(process_.id_, id, true);
}

}  // namespace barnabas::simulation
