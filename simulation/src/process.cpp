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
    deliver(now, input);
  }
  inputs.clear();
  spare_inbox_ = std::move(inputs);
}

void Process::deliver(const Now& now, Input& input) {
  const ConnectionId connection{input.id};
  switch (input.kind) {
    case Input::Kind::resolved:
      return engine_->on_resolved(now, network::LookupId{input.id}, *std::move(input.addresses));
    case Input::Kind::call:
      return input.call(now);
    case Input::Kind::closed:
      if (dying_.erase(connection) > 0)
        engine_->on_closed(now, connection, std::move(input.reason));
      return;
    case Input::Kind::accepted:
      return engine_->on_accepted(now, connection, input.listener, input.peer);
    case Input::Kind::connected:
      if (network_.is_open(id_, connection)) engine_->on_connected(now, connection);
      return;
    case Input::Kind::written:
      if (network_.is_open(id_, connection)) engine_->on_written(now, connection, input.count);
      return;
    case Input::Kind::readable:
      return receive(now, connection);
  }
}

void Process::receive(const Now& now, ConnectionId id) {
  while (network_.is_open(id_, id) && !network_.is_paused(id_, id)) {
    if (network_.at_end(id_, id)) {
      network_.close(id_, id, false);
      engine_->on_closed(now, id, Error(ErrorCode::disconnected, "the peer closed the connection"));
      return;
    }
    if (network_.unread(id_, id) == 0) return;
    const std::span<std::byte> room = engine_->receive_buffer(id);
    const std::size_t count = network_.read(id_, id, room);
    engine_->on_received(now, id, count);
  }
}

// Inputs ------------------------------------------------------------------------------------------

Process::Input& Process::put(Input::Kind kind, std::uint64_t id) {
  Input& input = inbox_.emplace_back();
  input.kind = kind;
  input.id = id;
  request_turn();
  return input;
}

void Process::post(std::function<void(const Now&)> call) {
  if (!engine_) return;
  put(Input::Kind::call, 0).call = std::move(call);
}

void Process::resolved(network::LookupId id, Result<std::vector<Address>> addresses) {
  if (!engine_) return;
  put(Input::Kind::resolved, static_cast<std::uint64_t>(id)).addresses = std::move(addresses);
}

void Process::connected(ConnectionId id) {
  if (!engine_) return;
  put(Input::Kind::connected, static_cast<std::uint64_t>(id));
}

void Process::accepted(ConnectionId id, network::ListenerId listener, const Address& peer) {
  if (!engine_) return;
  Input& input = put(Input::Kind::accepted, static_cast<std::uint64_t>(id));
  input.listener = listener;
  input.peer = peer;
}

void Process::written(ConnectionId id, std::size_t count) {
  if (!engine_) return;
  put(Input::Kind::written, static_cast<std::uint64_t>(id)).count = count;
}

void Process::readable(ConnectionId id) {
  if (!engine_) return;
  put(Input::Kind::readable, static_cast<std::uint64_t>(id));
}

void Process::closed(ConnectionId id, Error reason) {
  if (!engine_) return;
  dying_.insert(id);
  put(Input::Kind::closed, static_cast<std::uint64_t>(id)).reason = std::move(reason);
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
