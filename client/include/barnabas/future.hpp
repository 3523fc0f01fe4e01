#pragma once

#include <barnabas/detail/future_source.hpp>
#include <barnabas/detail/shared_source.hpp>
#include <barnabas/error_code.hpp>
#include <barnabas/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

namespace barnabas {

/// The outcome of an operation that is under way. It can be waited for, asked to call back, or
/// awaited in a coroutine, by any number of holders; copies refer to the same operation. Dropping
/// it costs nothing and cancels nothing.
/// Thread-safety: distinct objects are independent, whatever they refer to.
template <class T>
class Future {
 public:
  using value_type = T;

  /// Refers to nothing: valid() is false and nothing else may be called.
  Future() = default;
  explicit Future(std::shared_ptr<detail::FutureSource<T>> source, std::uint32_t index = 0)
      : source_(std::move(source)), index_(index) {}
  explicit Future(detail::SharedSource<T> source, std::uint32_t index = 0)
      : source_(std::move(source)), index_(index) {}
  /// A future whose outcome is already known.
  static Future ready(Result<T> result) {
    auto source = std::make_shared<detail::ResultSource<T>>();
    source->set(std::move(result));
    return Future(std::move(source));
  }

  bool valid() const noexcept { return static_cast<bool>(source_); }
  bool is_ready() const noexcept { return source_->done(); }

  /// Waits for the outcome as long as the operation's own time limit lets it take
  /// (delivery.timeout.ms, default.api.timeout.ms). Safe to call again.
  /// Errors: the operation's; invalid_state when called from a callback of the client whose
  /// operation this is, where waiting could never end.
  Result<T> get() const { return take(source_->wait_for(std::nullopt)); }
  /// Waits at most `limit`. The operation goes on and the future stays usable after timed_out.
  Result<T> get(std::chrono::nanoseconds limit) const { return take(source_->wait_for(limit)); }

  /// Calls `callback(Result<T>)` once: on the client's I/O thread when the outcome comes, or within
  /// this call when it is known. The callback should be quick and must not wait for this client.
  template <class Callback>
  requires std::is_invocable_v<Callback, Result<T>>
  void on_ready(Callback callback) const {
    auto continuation = [source = source_.get(), index = index_, callback]() mutable {
      callback(source->result(index));
    };
    if (!source_->when_done(std::move(continuation))) callback(source_->result(index_));
  }

  /// What `co_await` uses; `Result<T> r = co_await future;`. Resumes on the client's I/O thread.
  class Awaiter {
   public:
    explicit Awaiter(Future future) : future_(std::move(future)) {}
    bool await_ready() const noexcept { return future_.is_ready(); }
    template <class Handle>
    bool await_suspend(Handle waiter) {
      return future_.source_->when_done([waiter]() mutable { waiter.resume(); });
    }
    Result<T> await_resume() const { return future_.source_->result(future_.index_); }

   private:
    Future future_;
  };
  Awaiter operator co_await() const& { return Awaiter(*this); }
  Awaiter operator co_await() && { return Awaiter(std::move(*this)); }

 private:
  Result<T> take(Result<void> waited) const {
    if (!waited) return waited.error();
    return source_->result(index_);
  }

  detail::SharedSource<T> source_;
  std::uint32_t index_ = 0;
};

/// A Future that cannot be awaited; what functions return that take brace lists, which g++ 12
/// miscompiles in an awaited call.
/// Thread-safety: as Future.
template <class T>
class [[nodiscard]] Pending : private Future<T> {
 public:
  explicit Pending(Future<T> future) : Future<T>(std::move(future)) {}

  using Future<T>::get;
  using Future<T>::is_ready;
  using Future<T>::on_ready;
  /// Named, it can be awaited.
  Future<T> future() const { return *this; }
};

}  // namespace barnabas
