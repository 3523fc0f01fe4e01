#pragma once

#include <barnabas/result.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace barnabas::detail {

class Completion;

/// How a thread waits for what a client does: a client without a thread of its own does its I/O on
/// the waiting thread, and the client's own thread is kept from waiting for itself.
class WaitStrategy {
 public:
  virtual ~WaitStrategy() = default;
  /// As Completion::wait_for.
  virtual Result<void> wait_for(Completion& completion,
                                std::optional<std::chrono::nanoseconds> limit) = 0;
};

/// Something that becomes done once.
/// Thread-safety: complete.
class Completion {
 public:
  /// Without a strategy, waiting blocks the thread until another one completes this.
  explicit Completion(std::shared_ptr<WaitStrategy> strategy = nullptr)
      : strategy_(std::move(strategy)) {}
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  virtual ~Completion() = default;

  bool done() const noexcept { return done_.load(std::memory_order_acquire); }
  /// Waits until done, at most `limit` if there is one.
  /// Errors: timed_out; invalid_state when waiting on this thread could never end.
  Result<void> wait_for(std::optional<std::chrono::nanoseconds> limit);
  /// The same, always by blocking the thread; for strategies.
  Result<void> block_for(std::optional<std::chrono::nanoseconds> limit);
  /// What waiting in vain yields.
  static Error not_done_yet();
  /// Keeps `continuation` for the thread that completes this; false, and the continuation is
  /// dropped, when it is done already.
  bool when_done(std::function<void()> continuation);

 protected:
  /// Wakes all waiters and runs the continuations on this thread, in the order in which they came.
  /// Call once, after the outcome was stored, and without locks: continuations are user code. The
  /// caller holds a reference across the call.
  void complete();

 private:
  std::atomic<bool> done_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::function<void()>> continuations_;
  std::shared_ptr<WaitStrategy> strategy_;
};

/// What a Future waits on. One source may stand behind many futures, told apart by an index: a
/// batch and its records.
template <class T>
class FutureSource : public Completion {
 public:
  using Completion::Completion;
  /// Requires: done().
  virtual Result<T> result(std::uint32_t index) const = 0;
};

/// The source of a single future: set once, from any thread.
template <class T>
class ResultSource final : public FutureSource<T> {
 public:
  using FutureSource<T>::FutureSource;
  void set(Result<T> result) {
    result_.emplace(std::move(result));
    this->complete();
  }
  Result<T> result(std::uint32_t) const override { return *result_; }

 private:
  std::optional<Result<T>> result_;
};

}  // namespace barnabas::detail
