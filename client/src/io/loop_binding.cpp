#include "client/src/io/loop_binding.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

LoopBinding::LoopBinding(std::shared_ptr<transport::EventLoop> loop, std::shared_ptr<WaitMode> mode,
                         std::mutex& mutex, const network::SocketBuffers& buffers)
    : loop_(std::move(loop)), mode_(std::move(mode)), host_(loop_->host(mutex, {buffers})) {}

LoopBinding::~LoopBinding() { stop(); }

void LoopBinding::start(network::Engine& engine, std::function<void()> after_events) {
  host_->start(engine, {[this] { wake_waiters(); }, std::move(after_events)});
}

void LoopBinding::leave(std::unique_lock<std::mutex>& lock) {
  wake_waiters();
  host_->leave(lock);
}

void LoopBinding::advance_now() {
  // A callback may send, too.
  loop_->on_loop_thread() ? host_->request_advance() : host_->advance_now();
}

bool LoopBinding::wait_until(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done,
                             Instant deadline) {
  leave(lock);
  lock.lock();
  if (loop_->on_loop_thread()) return done();
  Waiter waiter{done, {}};
  waiters_.push_back(&waiter);
  bool result = false;
  for (;;) {
    waiter.ticket = mode_->ticket();
    result = done();
    if (result || loop_->clock().now().monotonic >= deadline) break;
    // Events in between may have made it true and false again: then it waits on.
    waiter.due = false;
    mode_->wait(lock, waiter, deadline);
  }
  waiters_.erase(std::find(waiters_.begin(), waiters_.end(), &waiter));
  return result;
}

// Looks at each condition where it can change, under the engine's lock, so that a thread is woken
// only when it has something to do.
void LoopBinding::wake_waiters() {
  for (Waiter* const waiter : waiters_) {
    if (waiter->due || !waiter->done()) continue;
    waiter->due = true;
    mode_->wake(*waiter);
  }
}

}  // namespace barnabas::client
