#include "protocol/base/time.hpp"

#include <barnabas/detail/future_source.hpp>

namespace barnabas::detail {

Result<void> Completion::wait_for(std::optional<std::chrono::nanoseconds> limit) {
  std::shared_ptr<WaitStrategy> strategy;
  {
    std::lock_guard lock(mutex_);
    if (done()) return {};
    strategy = strategy_;
  }
  return strategy ? strategy->wait_for(*this, limit) : block_for(limit);
}

Result<void> Completion::block_for(std::optional<std::chrono::nanoseconds> limit) {
  const auto is_done = [this] { return done(); };
  const Instant deadline = deadline_after(std::chrono::steady_clock::now(),
                                          limit.value_or(std::chrono::nanoseconds::max()));
  std::unique_lock lock(mutex_);
  if (deadline == Instant::max()) {
    wake_.wait(lock, is_done);
  } else if (!wake_.wait_until(lock, deadline, is_done)) {
    return not_done_yet();
  }
  return {};
}

Error Completion::not_done_yet() {
  return Error(ErrorCode::timed_out, "the outcome is not known yet, the operation goes on");
}

bool Completion::when_done(std::function<void()> continuation) {
  std::lock_guard lock(mutex_);
  if (done()) return false;
  continuations_.push_back(std::move(continuation));
  return true;
}

void Completion::complete() {
  std::vector<std::function<void()>> continuations;
  std::shared_ptr<WaitStrategy> strategy;
  {
    std::lock_guard lock(mutex_);
    done_.store(true, std::memory_order_release);
    continuations.swap(continuations_);
    strategy.swap(strategy_);  // an outcome that is kept does not keep the client
  }
  wake_.notify_all();
  for (const std::function<void()>& continuation : continuations) continuation();
}

}  // namespace barnabas::detail
