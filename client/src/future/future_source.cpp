#include <barnabas/detail/future_source.hpp>

namespace barnabas::detail {

Result<void> Completion::wait_until(std::optional<Clock::time_point> deadline) {
  if (done()) return {};
  return strategy_ ? strategy_->wait_until(*this, deadline) : block_until(deadline);
}

Result<void> Completion::block_until(std::optional<Clock::time_point> deadline) {
  std::unique_lock lock(mutex_);
  const auto is_done = [this] { return done(); };
  if (!deadline) {
    wake_.wait(lock, is_done);
  } else if (!wake_.wait_until(lock, *deadline, is_done)) {
    return Error(ErrorCode::timed_out, "the outcome is not known yet, the operation goes on");
  }
  return {};
}

bool Completion::when_done(std::function<void()> continuation) {
  std::lock_guard lock(mutex_);
  if (done()) return false;
  continuations_.push_back(std::move(continuation));
  return true;
}

void Completion::complete() {
  std::vector<std::function<void()>> continuations;
  {
    std::lock_guard lock(mutex_);
    done_.store(true, std::memory_order_release);
    continuations.swap(continuations_);
  }
  wake_.notify_all();
  for (const std::function<void()>& continuation : continuations) continuation();
}

}  // namespace barnabas::detail
