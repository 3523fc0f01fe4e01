#include "client/src/io/loop_turns.hpp"

namespace barnabas::client {

void LoopTurns::run_ready() {
  if (loop_->on_loop_thread()) return;
  std::unique_lock lock(mutex_);
  if (!running_) run(lock, Duration::zero());
}

void LoopTurns::wait(std::unique_lock<std::mutex>& engine_lock, Waiter& waiter, Instant deadline) {
  engine_lock.unlock();
  {
    std::unique_lock lock(mutex_);
    // A turn that ended after the ticket was taken may have brought what the waiter then did not
    // see.
    const auto turn_ended = [&] { return finished_.load() != waiter.ticket; };
    if (turn_ended()) {
      // look again
    } else if (running_) {
      turn_ended_.wait_until(lock, deadline, turn_ended);
    } else {
      run(lock, deadline - loop_->clock().now().monotonic);
    }
  }
  engine_lock.lock();
}

void LoopTurns::wake(std::condition_variable&) {
  // On the loop's thread the turn is ending anyway.
  if (!loop_->on_loop_thread()) loop_->wake();
}

void LoopTurns::run(std::unique_lock<std::mutex>& lock, Duration max_wait) {
  running_ = true;
  lock.unlock();
  loop_->run_once(max_wait);
  lock.lock();
  running_ = false;
  ++finished_;
  turn_ended_.notify_all();
}

}  // namespace barnabas::client
