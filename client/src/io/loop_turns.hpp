#pragma once

#include "client/src/io/loop_binding.hpp"
#include "protocol/transport/event_loop.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

namespace barnabas::client {

/// Lets any number of threads take turns at running one loop: one runs it, the others sleep until
/// its turn ends; then each looks whether it has what it waits for, and one of the rest goes on.
/// Thread-safety: complete.
class LoopTurns final : public WaitMode {
 public:
  explicit LoopTurns(std::shared_ptr<transport::EventLoop> loop) : loop_(std::move(loop)) {}

  /// One turn that does not wait, unless another thread is at it.
  void run_ready();

  std::uint64_t ticket() const override { return finished_.load(); }
  void wait(std::unique_lock<std::mutex>& lock, Waiter& waiter, Instant deadline) override;
  /// The thread that runs the loop is woken from its sleep there, whoever it is: with the end of
  /// its turn all waiters look again.
  void wake(std::condition_variable& changed) override;

 private:
  void run(std::unique_lock<std::mutex>& lock, Duration max_wait);

  std::shared_ptr<transport::EventLoop> loop_;
  std::mutex mutex_;
  std::condition_variable turn_ended_;
  bool running_ = false;                    // guarded by mutex_
  std::atomic<std::uint64_t> finished_{0};  // turns; grows under mutex_
};

}  // namespace barnabas::client
