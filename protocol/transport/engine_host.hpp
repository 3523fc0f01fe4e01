#pragma once

#include "protocol/network/network.hpp"
#include "protocol/transport/request_queue.hpp"
#include "protocol/transport/socket.hpp"
#include "protocol/transport/system_network.hpp"
#include "protocol/transport/wakeup.hpp"

#include <barnabas/result.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace barnabas::transport {

class EventLoop;

/// What a shell adds around its engine.
struct HostHooks {
  /// After each batch of events, with the engine's lock: to see what has come true. Runs on the
  /// thread that runs the loop, or in `advance_now`.
  std::function<void()> locked;
  /// Right after that, when the lock is free: to wake up threads, which will want it. On the same
  /// thread as `locked`, and never concurrently with it.
  std::function<void()> released;
  /// Later, without any lock, once per turn of the loop, on its thread: to call the application. It
  /// may stop its own host.
  std::function<void()> unlocked;
};

/// Binds an engine and the mutex that guards it to an EventLoop. The loop's thread locks the mutex
/// and delivers events; other threads may lock it too and enter the engine, and then call `leave`.
/// What the engine asks of the network in either case is carried out by the loop's thread without
/// the lock, or by who calls `advance_now` or `leave_to_wait`. Reading is held back (hold_reading)
/// where the loop has no other host: threads that read take the loop's lock in turn, and with
/// several engines its own thread does better.
///
/// Lifetime: made by EventLoop::host; `stop` it before the engine, the mutex or the loop goes.
/// Thread-safety: all members may be called from any thread.
class EngineHost : public std::enable_shared_from_this<EngineHost> {
 public:
  EngineHost(EventLoop& loop, std::mutex& engine_mutex, const SocketOptions& options);

  /// For the engine. Calls require the engine's lock.
  network::Network& network() noexcept { return requests_; }

  /// Begins to deliver events, first `advance`. Call it once; not with the engine's lock.
  void start(network::Engine& engine, HostHooks hooks = {});
  /// Listens on `address`; a name is looked up on the calling thread, an empty host means all
  /// interfaces. Returns the port, which the system chooses for port 0. Not with the engine's lock.
  /// Errors: connection_failed (address in use, not ours, unknown name), io_error.
  Result<std::uint16_t> listen(network::ListenerId id, const network::HostPort& address);
  void close_listener(network::ListenerId id);
  /// How many connections were taken and dropped at once because the process had no descriptor
  /// left.
  std::uint64_t dropped_connections() const noexcept { return sockets_.dropped_connections(); }

  /// After entering the engine: unlocks, and wakes the loop if the engine asked for something or
  /// wants to be advanced earlier than before. Before `start` and after `stop` it only unlocks.
  void leave(std::unique_lock<std::mutex>& lock);
  /// The same for a thread that is going to wait until `done()` or `deadline`: like `advance_now`,
  /// it does what the loop would have been woken for. Where the engine resumed reading, it reads,
  /// and goes on for as long as what comes next does not keep it waiting for a millisecond; that is
  /// the loop's then. `done` is called with the engine's lock. Not from an event or a hook.
  void leave_to_wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done,
                     Instant deadline);
  /// Has `advance` called soon. Needs no lock; async-signal-safe.
  void request_advance() noexcept;
  /// The same, but a sleeping loop is not waited for: this thread advances the engine and carries
  /// out what it asks for, if it finds the locks free. The loop sleeps on if that leaves nothing to
  /// do before the time at which it wakes up by itself. Not with the engine's lock, nor from an
  /// event or a hook.
  void advance_now();

  /// Closes everything without further events. What the engine has asked to be written goes out as
  /// far as the system takes it at once. A call into the engine or of a hook that is under way on
  /// another thread has ended when this returns. Not with the engine's lock. Idempotent.
  void stop();

 private:
  friend class EventLoop;
  class ResolvedInbox {
   public:
    using Entry = std::pair<network::LookupId, Result<std::vector<network::Address>>>;
    void put(Entry entry);
    void take(std::vector<Entry>& entries);

   private:
    std::mutex mutex_;
    std::vector<Entry> entries_;
  };

  // The loop's part; the loop's lock is held but for run_unlocked_hook.
  bool has_work(Instant now) noexcept;
  void run_turn();
  void run_unlocked_hook();
  std::optional<Instant> next_deadline() const;
  void finish();

  bool prepare_to_leave();
  // Who reads what else there is, or comes, on connections that have been read from.
  enum class Reading : bool { by_loop, by_caller };
  bool run_round();
  bool run_round(std::unique_lock<std::mutex> engine_lock, Reading reading);
  bool run_for_loop(Reading reading);
  bool await_readable(const std::function<bool()>& done, Instant deadline);
  bool is_over(const std::function<bool()>& done, Instant deadline);
  bool needs_the_loop();
  void deliver(const Now& now, Reading reading);
  void receive(const Now& now, network::ConnectionId id, Reading reading);
  void resolve(network::LookupId id, std::string host, std::uint16_t port);
  void ask_for_a_turn() noexcept;
  void keep_deadline(std::optional<Instant> deadline) noexcept;
  Instant kept_deadline() const noexcept;

  EventLoop& loop_;
  const std::shared_ptr<Wakeup> wakeup_;  // its own share: a late look-up may outlive the loop
  std::mutex& engine_mutex_;
  network::Engine* engine_ = nullptr;
  HostHooks hooks_;
  RequestQueue requests_;                     // guarded by engine_mutex_
  SystemNetwork sockets_;                     // guarded by the loop's lock, as are the next two
  std::vector<RequestQueue::Request> batch_;  // kept to reuse its memory
  // Of those that are read by a caller: what has more, and what has no more for now, which the
  // poller does not watch. The latter are nobody's only within leave_to_wait.
  std::vector<network::ConnectionId> left_over_;
  std::vector<network::ConnectionId> read_dry_;
  std::atomic<bool> has_read_dry_{false};
  std::vector<ResolvedInbox::Entry> resolved_;
  ResolvedInbox resolved_inbox_;
  // Written under engine_mutex_, read by whoever computes the loop's next deadline.
  std::atomic<Instant::rep> deadline_;
  std::atomic<bool> wants_turn_{false};
  std::atomic<bool> wants_advance_{false};
  std::atomic<bool> stopped_{false};
  std::mutex hook_mutex_;  // held while hooks_.unlocked runs
};

}  // namespace barnabas::transport
