#include "client/src/core/producer/flush_barrier.hpp"

#include <string>
#include <utility>

namespace barnabas::client {

std::uint64_t FlushBarrier::begin() {
  AppendGuard guard(lock_);
  open_.push_back(true);
  return oldest_ + open_.size() - 1;
}

bool FlushBarrier::is_single() const {
  AppendGuard guard(lock_);
  return open_.size() <= 1;
}

bool FlushBarrier::has_waiters() const {
  AppendGuard guard(lock_);
  return !waiting_.empty();
}

void FlushBarrier::end(std::uint64_t work) {
  std::vector<Waiter> ended;
  Result<void> outcome;
  {
    AppendGuard guard(lock_);
    if (work < oldest_ || work - oldest_ >= open_.size()) return;
    open_[work - oldest_] = false;
    while (!open_.empty() && !open_.front()) {
      open_.pop_front();
      ++oldest_;
    }
    while (!waiting_.empty() && waiting_.front().up_to < oldest_) {
      ended.push_back(std::move(waiting_.front().waiter));
      waiting_.pop_front();
    }
    if (!ended.empty()) outcome = take_failures_locked();
  }
  for (const Waiter& waiter : ended) waiter->set(outcome);
}

void FlushBarrier::record_failure(const Error& error, std::uint64_t records) {
  AppendGuard guard(lock_);
  if (failures_ == 0) first_failure_ = error;
  failures_ += records;
}

void FlushBarrier::wait(Waiter waiter) {
  Result<void> outcome;
  {
    AppendGuard guard(lock_);
    if (!open_.empty()) {
      waiting_.push_back({oldest_ + open_.size() - 1, std::move(waiter)});
      return;
    }
    outcome = take_failures_locked();
  }
  waiter->set(outcome);
}

Result<void> FlushBarrier::take_failures() {
  AppendGuard guard(lock_);
  return take_failures_locked();
}

Result<void> FlushBarrier::take_failures_locked() {
  const std::uint64_t failures = std::exchange(failures_, 0);
  const Error first = std::exchange(first_failure_, Error());
  if (failures == 0) return {};
  if (failures == 1) return first;
  return Error(first.code(), std::to_string(failures) +
                                 " records were not delivered, the first: " + first.context());
}

}  // namespace barnabas::client
