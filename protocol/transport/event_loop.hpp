#pragma once

#include "protocol/transport/clock.hpp"
#include "protocol/transport/engine_host.hpp"
#include "protocol/transport/poller.hpp"
#include "protocol/transport/resolver.hpp"
#include "protocol/transport/wakeup.hpp"

#include <barnabas/result.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace barnabas::transport {

/// Runs any number of engines on whatever thread calls `run` or `run_once`.
///
/// One turn: wait; see what is ready; for each engine concerned, under its lock, deliver events and
/// advance it; without the lock carry out what it asked for, one gathered write per connection; at
/// last, without any lock, the shells' hooks.
///
/// Lifetime: hosts are stopped before the loop goes. Fork: a child must not run the loop; stopping
/// hosts and destroying the loop there leaves the parent's alone.
/// Thread-safety: one thread at a time runs the loop; all other members may be called from any
/// thread.
class EventLoop {
 public:
  struct Environment {
    const Clock* clock = &SystemClock::instance();
    Lookup lookup = system_lookup;
  };

  /// Errors: io_error when the system has no descriptor left.
  static Result<std::unique_ptr<EventLoop>> create();
  static Result<std::unique_ptr<EventLoop>> create(Environment environment);

  /// A place for one engine, see EngineHost. `engine_mutex` must outlive its `stop`.
  std::shared_ptr<EngineHost> host(std::mutex& engine_mutex, const SocketOptions& options = {});

  /// Turns until `stop`. Returns at once when `stop` came first.
  void run();
  /// Ends `run`, now or the next time. Async-signal-safe.
  void stop() noexcept;
  /// One turn, which waits at most `max_wait` for something to do; never waits when that is zero.
  /// Called from within itself (a hook) it does nothing.
  void run_once(Duration max_wait);
  /// Ends the wait of the turn under way, or of the next one. Async-signal-safe.
  void wake() noexcept;

  /// Readable when `run_once` has something to do other than a deadline. Level-triggered.
  int native_handle() const noexcept { return poller_->native_handle(); }
  /// When a turn is due even if nothing becomes ready. Not with the lock of an engine.
  std::optional<Instant> next_deadline() const;

  /// Whether the calling thread is the one that is in `run` or `run_once`.
  bool on_loop_thread() const noexcept { return runner_.load() == std::this_thread::get_id(); }
  const Clock& clock() const noexcept { return *environment_.clock; }

 private:
  friend class EngineHost;
  class WakeupHandler final : public Poller::Handler {
   public:
    explicit WakeupHandler(Wakeup& wakeup) : wakeup_(wakeup) {}
    void on_ready(Readiness) override { wakeup_.clear(); }

   private:
    Wakeup& wakeup_;
  };

  EventLoop(Environment environment, std::unique_ptr<Poller> poller,
            std::shared_ptr<Wakeup> wakeup);
  void turn(Duration max_wait);
  std::optional<Instant> earliest_deadline() const;
  Duration plan_wait(Duration max_wait);
  bool wakes_by(std::optional<Instant> deadline) noexcept;
  void settle();
  void run_hosts(std::vector<std::shared_ptr<EngineHost>>& ran);
  void attach(std::shared_ptr<EngineHost> host);
  void detach(EngineHost& host);
  // Requires: mutex_ is held.
  bool has_one_host() const noexcept { return hosts_.size() == 1; }
  // Not in a child of fork, which shares the parent's sockets.
  bool is_owner() const noexcept;

  Environment environment_;
  std::unique_ptr<Poller> poller_;
  std::shared_ptr<Wakeup> wakeup_;
  WakeupHandler wakeup_handler_;
  Poller::Registration wakeup_registration_;
  Resolver resolver_;
  const pid_t owner_;
  // Held by a turn but for its wait and its hooks, and by EngineHost::advance_now. Locked before
  // any engine's mutex, never after.
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<EngineHost>> hosts_;
  // When the loop's sleep ends at the latest: deadlines from there on need no wake-up. Guarded by
  // mutex_.
  Instant wakes_at_ = Instant::max();
  std::vector<std::shared_ptr<EngineHost>> ran_;  // this turn; only the running thread's
  std::atomic<std::thread::id> runner_{};
  std::atomic<bool> stop_requested_{false};
};

}  // namespace barnabas::transport
