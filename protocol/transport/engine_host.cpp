#include "protocol/transport/engine_host.hpp"

#include "protocol/transport/event_loop.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <poll.h>

namespace barnabas::transport {

using network::Address;
using network::ConnectionId;

namespace {

// Bounds that keep one engine, and one connection, from holding up the others. Nothing is lost:
// what is left over comes with the next turn.
constexpr int most_rounds_per_turn = 8;
constexpr std::size_t most_received_per_turn = std::size_t{256} << 10;

constexpr Instant::rep no_deadline = Instant::max().time_since_epoch().count();

// The addresses to try listening on, best first. A name means IPv4 first, which is where clients of
// an old habit knock.
Result<std::vector<Address>> listening_addresses(const network::HostPort& address) {
  if (address.host.empty()) {
    return std::vector<Address>{network::parse_literal("::", address.port).front(),
                                network::parse_literal("0.0.0.0", address.port).front()};
  }
  std::vector<Address> literal = network::parse_literal(address.host, address.port);
  if (!literal.empty()) return literal;
  Result<std::vector<Address>> found = system_lookup(address.host, address.port);
  if (!found) return found;
  std::stable_partition(found->begin(), found->end(), [](const Address& candidate) {
    return candidate.family == Address::Family::ipv4;
  });
  return found;
}

}  // namespace

EngineHost::EngineHost(EventLoop& loop, std::mutex& engine_mutex, const SocketOptions& options)
    : loop_(loop),
      wakeup_(loop.wakeup_),
      engine_mutex_(engine_mutex),
      sockets_(*loop.poller_, options,
               [this](network::LookupId id, std::string host, std::uint16_t port) {
                 resolve(id, std::move(host), port);
               }),
      deadline_(no_deadline) {}

void EngineHost::start(network::Engine& engine, HostHooks hooks) {
  engine_ = &engine;
  hooks_ = std::move(hooks);
  loop_.attach(shared_from_this());
  request_advance();
}

Result<std::uint16_t> EngineHost::listen(network::ListenerId id, const network::HostPort& address) {
  const Result<std::vector<Address>> addresses = listening_addresses(address);
  if (!addresses) return addresses.error();
  const std::lock_guard lock(loop_.mutex_);
  Result<std::uint16_t> port = Error(ErrorCode::connection_failed, "no address to listen on");
  for (const Address& candidate : *addresses) {
    port = sockets_.listen(id, candidate);
    if (port) break;
  }
  return port;
}

void EngineHost::close_listener(network::ListenerId id) {
  const std::lock_guard lock(loop_.mutex_);
  sockets_.close_listener(id);
}

void EngineHost::leave(std::unique_lock<std::mutex>& lock) {
  const bool turn_needed = prepare_to_leave();
  lock.unlock();
  if (turn_needed) ask_for_a_turn();
}

void EngineHost::leave_to_wait(std::unique_lock<std::mutex>& lock,
                               const std::function<bool()>& done, Instant deadline) {
  const bool turn_needed = prepare_to_leave();
  lock.unlock();
  if (!turn_needed) return;
  do {
    if (!run_for_loop(Reading::by_caller)) ask_for_a_turn();
  } while (await_readable(done, deadline));
}

// Whether somebody has to do something then.
bool EngineHost::prepare_to_leave() {
  bool turn_needed = !requests_.empty();
  const bool running = engine_ != nullptr && !stopped_.load();
  const std::optional<Instant> deadline = running ? engine_->next_deadline() : std::nullopt;
  if (deadline && *deadline < kept_deadline()) {
    keep_deadline(deadline);
    turn_needed = true;
  }
  return turn_needed;
}

void EngineHost::request_advance() noexcept {
  wants_advance_.store(true);
  ask_for_a_turn();
}

void EngineHost::advance_now() {
  wants_advance_.store(true);
  if (!run_for_loop(Reading::by_loop)) ask_for_a_turn();
}

// In place of the loop, if that sleeps. False: it has to be woken.
bool EngineHost::run_for_loop(Reading reading) {
  // One for what is asked for, one to tell the engine that it is written.
  constexpr int most_rounds = 2;
  constexpr int most_reading_rounds = 32;
  if (!wakeup_->is_asleep() || !loop_.is_owner()) return false;
  for (int rounds = 0, reading_rounds = 0;;) {
    const std::unique_lock lock(loop_.mutex_, std::try_to_lock);
    // With the lock the loop can wake up, but do nothing.
    if (!lock || engine_ == nullptr || stopped_.load()) return false;
    std::unique_lock engine_lock(engine_mutex_, std::try_to_lock);
    if (!engine_lock) return false;
    const bool reads = !sockets_.outcomes().readable.empty();
    const bool is_last = reads ? ++reading_rounds == most_reading_rounds : ++rounds == most_rounds;
    if (!run_round(std::move(engine_lock), reading) || is_last) return !needs_the_loop();
  }
}

// What the calling thread has read dry it watches itself for a moment, where the poller would wake
// the loop's thread for every piece. True: there is more to read.
bool EngineHost::await_readable(const std::function<bool()>& done, Instant deadline) {
  constexpr int patience_ms = 1;
  if (!has_read_dry_.exchange(false)) return false;
  std::vector<pollfd> watched;
  {
    const std::lock_guard lock(loop_.mutex_);
    if (!is_over(done, deadline)) {
      for (const ConnectionId id : read_dry_) {
        const Connection* const connection = sockets_.find(id);
        if (connection == nullptr || connection->reading_paused()) continue;
        watched.push_back({connection->descriptor(), POLLIN, 0});
      }
    }
  }
  const bool readable = !watched.empty() && ::poll(watched.data(), watched.size(), patience_ms) > 0;
  const std::lock_guard lock(loop_.mutex_);
  for (const ConnectionId id : std::exchange(read_dry_, {})) {
    if (readable) {
      sockets_.outcomes().readable.push_back(id);
    } else if (Connection* const connection = sockets_.find(id)) {
      connection->await_readable();
    }
  }
  return readable;
}

bool EngineHost::is_over(const std::function<bool()>& done, Instant deadline) {
  const std::lock_guard lock(engine_mutex_);
  return stopped_.load() || loop_.clock().now().monotonic >= deadline || done();
}

bool EngineHost::needs_the_loop() {
  const std::optional<Instant> deadline = next_deadline();
  return wants_turn_.load() || wants_advance_.load() || !loop_.wakes_by(deadline) ||
         sockets_.has_work(loop_.clock().now().monotonic);
}

void EngineHost::ask_for_a_turn() noexcept {
  wants_turn_.store(true);
  wakeup_->signal();
}

void EngineHost::stop() {
  if (stopped_.exchange(true)) return;
  loop_.detach(*this);
}

void EngineHost::keep_deadline(std::optional<Instant> deadline) noexcept {
  deadline_.store(deadline ? deadline->time_since_epoch().count() : no_deadline);
}

Instant EngineHost::kept_deadline() const noexcept { return Instant(Duration(deadline_.load())); }

std::optional<Instant> EngineHost::next_deadline() const {
  const Instant engine = kept_deadline();
  const std::optional<Instant> sockets = sockets_.next_deadline();
  if (engine == Instant::max()) return sockets;
  return sockets ? std::min(*sockets, engine) : engine;
}

bool EngineHost::has_work(Instant now) noexcept {
  // Taken back before the work is looked at: whoever asks later gets another turn.
  const bool asked = wants_turn_.exchange(false);
  return asked || kept_deadline() <= now || sockets_.has_work(now);
}

void EngineHost::run_turn() {
  sockets_.collect(loop_.clock().now().monotonic);
  for (int round = 0; round < most_rounds_per_turn; ++round) {
    if (!run_round()) return;
  }
  ask_for_a_turn();
}

// Returns whether something came of it that the engine has yet to hear.
bool EngineHost::run_round() {
  return run_round(std::unique_lock(engine_mutex_), Reading::by_loop);
}

bool EngineHost::run_round(std::unique_lock<std::mutex> engine_lock, Reading reading) {
  Now now;
  {
    const std::unique_lock lock = std::move(engine_lock);
    now = loop_.clock().now();
    requests_.allow_holds(loop_.has_one_host());
    deliver(now, reading);
    if (wants_advance_.exchange(false) || kept_deadline() <= now.monotonic) engine_->advance(now);
    requests_.take(batch_);
    keep_deadline(engine_->next_deadline());
    if (hooks_.locked) hooks_.locked();
  }
  if (hooks_.released) hooks_.released();
  replay(batch_, sockets_);
  sockets_.flush(now.monotonic);
  return !sockets_.outcomes().empty();
}

void EngineHost::finish() {
  {
    const std::lock_guard lock(engine_mutex_);
    requests_.take(batch_);
  }
  replay(batch_, sockets_);
  sockets_.flush(loop_.clock().now().monotonic);
  sockets_.close_all();
}

void EngineHost::deliver(const Now& now, Reading reading) {
  resolved_inbox_.take(resolved_);
  for (auto& [id, addresses] : resolved_) engine_->on_resolved(now, id, std::move(addresses));
  resolved_.clear();
  // An event about a connection must not follow the engine's own close of it, whether that came
  // from another thread a moment ago or from an event of this very batch.
  Outcomes& outcomes = sockets_.outcomes();
  for (const Outcomes::Accepted& entry : outcomes.accepted) {
    engine_->on_accepted(now, entry.id, entry.listener, entry.peer);
  }
  for (const ConnectionId id : outcomes.connected) {
    if (!requests_.closes(id)) engine_->on_connected(now, id);
  }
  for (const auto& [id, count] : outcomes.written) {
    if (!requests_.closes(id)) engine_->on_written(now, id, count);
  }
  for (const ConnectionId id : outcomes.readable) receive(now, id, reading);
  for (auto& [id, reason] : outcomes.closed) {
    if (!requests_.closes(id)) engine_->on_closed(now, id, std::move(reason));
  }
  outcomes.clear();
  outcomes.readable.swap(left_over_);
}

void EngineHost::receive(const Now& now, ConnectionId id, Reading reading) {
  Connection* const connection = sockets_.find(id);
  if (connection == nullptr || connection->state() != Connection::State::open ||
      connection->reading_paused()) {
    return;
  }
  std::size_t left = most_received_per_turn;
  while (left > 0 && !requests_.stops_reading(id)) {
    std::span<std::byte> room = engine_->receive_buffer(id);
    room = room.first(std::min(room.size(), left));
    Connection::ReadResult result = connection->read(room);
    if (!result.end.ok()) {
      sockets_.forget(id);
      engine_->on_closed(now, id, std::move(result.end));
      return;
    }
    if (result.count > 0) engine_->on_received(now, id, result.count);
    left -= result.count;
    if (result.count < room.size()) break;  // that was all; if not, the poller says so
  }
  if (requests_.stops_reading(id)) return;
  if (reading == Reading::by_loop) {
    connection->await_readable();
  } else if (left == 0) {
    left_over_.push_back(id);
  } else {
    read_dry_.push_back(id);
    has_read_dry_.store(true);
  }
}

void EngineHost::resolve(network::LookupId id, std::string host, std::uint16_t port) {
  std::vector<Address> literal = network::parse_literal(host, port);
  if (!literal.empty()) {
    resolved_inbox_.put({id, std::move(literal)});
    ask_for_a_turn();
    return;
  }
  const std::weak_ptr<EngineHost> weak = weak_from_this();
  loop_.resolver_.resolve(std::move(host), port, weak,
                          [weak, id](Result<std::vector<Address>> addresses) {
                            const std::shared_ptr<EngineHost> self = weak.lock();
                            if (self == nullptr) return;
                            self->resolved_inbox_.put({id, std::move(addresses)});
                            self->ask_for_a_turn();
                          });
}

void EngineHost::run_unlocked_hook() {
  const std::lock_guard lock(hook_mutex_);
  if (!stopped_.load() && hooks_.unlocked) hooks_.unlocked();
}

void EngineHost::ResolvedInbox::put(Entry entry) {
  const std::lock_guard lock(mutex_);
  entries_.push_back(std::move(entry));
}

void EngineHost::ResolvedInbox::take(std::vector<Entry>& entries) {
  const std::lock_guard lock(mutex_);
  entries_.swap(entries);
}

}  // namespace barnabas::transport
