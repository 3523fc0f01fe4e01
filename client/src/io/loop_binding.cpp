#include "client/src/io/loop_binding.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

LoopBinding::LoopBinding(std::shared_ptr<transport::EventLoop> loop, std::shared_ptr<WaitMode> mode,
                         std::mutex& mutex, const network::SocketBuffers& buffers)
    : loop_(std::move(loop)), mode_(std::move(mode)), host_(loop_->host(mutex, {buffers})) {}

LoopBinding::~LoopBinding() { stop(); }

void LoopBinding::start(network::Engine& engine, std::function<void()> after_events) {
  host_->start(engine, {[this] { find_due(due_in_loop_); }, [this] { wake(due_in_loop_); },
                        std::move(after_events)});
}

void LoopBinding::leave(std::unique_lock<std::mutex>& lock) {
  Due due;
  find_due(due);
  host_->leave(lock);
  wake(due);
}

void LoopBinding::advance_now() {
  // A callback may send, too.
  loop_->on_loop_thread() ? host_->request_advance() : host_->advance_now();
}

bool LoopBinding::wait_until(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done,
                             Instant deadline) {
  Due due;
  find_due(due);
  const bool within_loop = loop_->on_loop_thread();
  within_loop ? host_->leave(lock) : host_->leave_to_wait(lock, done, deadline);
  wake(due);
  lock.lock();
  if (within_loop) return done();
  if (spare_.empty()) spare_.push_back(std::make_shared<std::condition_variable>());
  Waiter waiter{done, std::move(spare_.back())};
  spare_.pop_back();
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
  spare_.push_back(std::move(waiter.changed));
  return result;
}

// Looks at each condition where it can change, under the engine's lock, so that a thread is woken
// only when it has something to do.
void LoopBinding::find_due(Due& due) {
  for (Waiter* const waiter : waiters_) {
    if (waiter->due || !waiter->done()) continue;
    waiter->due = true;
    due.push_back(waiter->changed);
  }
}

// A thread that is woken wants the lock first of all.
void LoopBinding::wake(Due& due) {
  for (const auto& changed : due) mode_->wake(*changed);
  due.clear();
}

}  // namespace barnabas::client
