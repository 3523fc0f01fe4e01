#pragma once

#include "protocol/base/time.hpp"
#include "protocol/network/network.hpp"
#include "protocol/network/socket_buffers.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace barnabas::client {

/// One engine's place in a Driver. `Producer`, `Consumer` and `Admin` own one each.
///
/// The engine's mutex is held around every call into the engine, by the driver around events and by
/// the facade around calls of the application. A facade's method looks like this:
///
///   std::unique_lock lock(mutex_);
///   engine_.seek(binding_->driver().now(), partition, offset);
///   binding_->leave(lock);
///
/// Lifetime: outlived by the mutex; after `start` also by the engine.
/// Thread-safety: all members but the destructor may be called from any thread.
class EngineBinding {
 public:
  virtual ~EngineBinding() = default;

  /// What the engine asks the network for. Calls require the engine's lock. Requests are kept until
  /// the application's thread calls `leave`, or until the engine returns from an event.
  virtual network::Network& network() = 0;

  /// Begins to deliver events to `engine`, the first being `advance`. `after_events` runs after
  /// each batch of events, without the engine's lock, on the thread that delivered them, never
  /// concurrently with itself: the place to call the application back. What other threads do in
  /// place of the loop (`advance_now`, `wait_until`) is no batch of events: there an engine that
  /// has something for `after_events` has a deadline that is due. Call it once.
  virtual void start(network::Engine& engine, std::function<void()> after_events = {}) = 0;

  /// Ends a visit of the engine: has its requests carried out and its new deadline kept, ends waits
  /// whose condition has come true, and unlocks. Costs no system call when the visit changed
  /// nothing for the loop. Requires: `lock` holds the engine's mutex.
  virtual void leave(std::unique_lock<std::mutex>& lock) = 0;

  /// Has `Engine::advance` called soon, whatever its deadline, and then all waits looked at again.
  /// Takes no lock and is async-signal-safe: for `stop()` and for the producer's append path.
  virtual void request_advance() noexcept = 0;

  /// The same for a thread that would rather do it than have another one woken for it: the engine
  /// may be advanced, and what it asks of the network carried out, before this returns. Never waits
  /// for a lock. Requires: the caller has no lock, and is not in an event or in `after_events`.
  virtual void advance_now() { request_advance(); }

  /// Waits until `done()` or `deadline` and returns the last value of `done()`. Does what `leave`
  /// does first, so requests made before are under way, and carries them out itself if the driver's
  /// thread sleeps. `done` is called with the lock held,
  /// after each batch of events, possibly on the loop's thread: it must be cheap and not throw.
  /// From within the loop (see Driver::on_loop_thread) nothing can come true by waiting: there it
  /// returns at once. Requires: `lock` holds the engine's mutex; so it does on return.
  virtual bool wait_until(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done,
                          Instant deadline) = 0;

  /// Ends the delivery of events: connections are closed, a call into the engine or of
  /// `after_events` that is under way has ended before this returns, unless this is called from it.
  /// Idempotent; the destructor calls it. Requires: the engine's mutex is not held by the caller.
  virtual void stop() = 0;
};

/// What runs engines: a thread, the caller, or the simulation. Facades hold it shared and know
/// nothing else of the outside.
/// Thread-safety: all members may be called from any thread, but for those of manual mode.
class Driver {
 public:
  virtual ~Driver() = default;

  /// Both clocks, virtual under simulation.
  virtual Now now() const = 0;
  /// The wall clock, perhaps some milliseconds late, where reading it that way is much cheaper.
  virtual Timestamp quick_wall() const { return now().wall; }
  /// A fresh seed for an engine's Random: unpredictable, but under simulation.
  virtual std::uint64_t new_seed() = 0;
  /// Makes a place for an engine that `mutex` guards; starts the I/O thread if this is the first.
  /// `buffers`: of the sockets of its connections; drivers without sockets ignore it.
  /// Errors: io_error (the system has no descriptor or thread left), invalid_state (after fork).
  virtual Result<std::unique_ptr<EngineBinding>> bind(std::mutex& mutex,
                                                      const network::SocketBuffers& buffers) = 0;
  /// True within `after_events` and engine events. A blocking call of the application that comes
  /// from there can never end; facades refuse it with invalid_state.
  virtual bool on_loop_thread() const noexcept = 0;

  /// False in a child process of fork. Locks may be held there by threads that exist no more, so
  /// destructors of facades skip their orderly close.
  virtual bool usable() const noexcept { return true; }

  /// Whether threads that wait must deliver the events themselves (EngineBinding::wait_until),
  /// because no thread of the driver does: manual mode and simulation.
  virtual bool is_manual() const noexcept { return native_handle() >= 0; }

  /// Manual mode, see Runtime; other drivers have no descriptor and nothing to run.
  virtual int native_handle() const noexcept { return -1; }
  virtual void run_ready() {}
  virtual std::optional<Instant> next_deadline() const { return std::nullopt; }
};

}  // namespace barnabas::client
