#pragma once

#include "client/src/io/driver.hpp"
#include "protocol/transport/engine_host.hpp"
#include "protocol/transport/event_loop.hpp"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace barnabas::client {

/// A thread in EngineBinding::wait_until. Guarded by the engine's mutex.
struct Waiter {
  const std::function<bool()>& done;
  // Shared: it is notified when the lock is free, and the waiter may be gone by then.
  std::shared_ptr<std::condition_variable> changed;
  bool due = false;          ///< `done()` was seen to be true.
  std::uint64_t ticket = 0;  ///< Of WaitMode, taken before `done()` was looked at.
};

/// How a thread waits for an engine: asleep while another thread runs the loop, or by running it.
class WaitMode {
 public:
  virtual ~WaitMode() = default;

  /// Marks the moment before a waiter looks at its condition.
  virtual std::uint64_t ticket() const { return 0; }
  /// Returns when the condition may have come true since the waiter's ticket, or at `deadline`; may
  /// return earlier. Requires: `lock` holds the engine's mutex; so it does on return.
  virtual void wait(std::unique_lock<std::mutex>& lock, Waiter& waiter, Instant deadline) = 0;
  /// Ends the wait of the waiter that is due and has this `changed`. Requires: the caller has no
  /// lock of the engine's.
  virtual void wake(std::condition_variable& changed) = 0;
};

/// The place of one engine in an EventLoop, for both modes of a Runtime.
class LoopBinding final : public EngineBinding {
 public:
  /// The binding shares the loop and its mode: the last of Runtime and clients ends them.
  LoopBinding(std::shared_ptr<transport::EventLoop> loop, std::shared_ptr<WaitMode> mode,
              std::mutex& mutex, const network::SocketBuffers& buffers);
  ~LoopBinding() override;

  network::Network& network() override { return host_->network(); }
  void start(network::Engine& engine, std::function<void()> after_events) override;
  void leave(std::unique_lock<std::mutex>& lock) override;
  void request_advance() noexcept override { host_->request_advance(); }
  void advance_now() override;
  bool wait_until(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done,
                  Instant deadline) override;
  void stop() override { host_->stop(); }

 private:
  using Due = std::vector<std::shared_ptr<std::condition_variable>>;
  void find_due(Due& due);
  void wake(Due& due);

  std::shared_ptr<transport::EventLoop> loop_;
  std::shared_ptr<WaitMode> mode_;
  std::shared_ptr<transport::EngineHost> host_;
  std::vector<Waiter*> waiters_;  // guarded by the engine's mutex, as is the next
  Due spare_;                     // of waiters that are gone; they serve again
  Due due_in_loop_;               // what events brought about; guarded by the loop's lock
};

}  // namespace barnabas::client
