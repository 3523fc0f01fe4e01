#pragma once

#include "client/src/core/producer/append_lock.hpp"

#include <barnabas/detail/future_source.hpp>
#include <barnabas/error.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace barnabas::client {

/// What `flush` waits for: every batch, and every record that waits for metadata, is a piece of
/// work with a number, from its first record until the application has been told its outcome. A
/// flush waits for all numbers given out before it. Failures are collected until a flush reports
/// them. Thread-safety: complete.
class FlushBarrier {
 public:
  using Waiter = std::shared_ptr<detail::ResultSource<void>>;

  /// Numbers a new piece of work.
  std::uint64_t begin();
  /// At most one piece of work is open.
  bool is_single() const;
  /// A flush is under way.
  bool has_waiters() const;
  /// Ends a piece of work, and the flushes that waited for it alone: on this thread, so no locks
  /// may be held. Unknown and ended numbers are ignored.
  void end(std::uint64_t work);
  /// A record was not delivered, or not accepted.
  void record_failure(const Error& error, std::uint64_t records = 1);
  /// Ends `waiter` when all work begun so far has ended; at once when there is none.
  void wait(Waiter waiter);
  /// What a flush would report now; forgotten here.
  Result<void> take_failures();

 private:
  struct Waiting {
    std::uint64_t up_to;
    Waiter waiter;
  };
  Result<void> take_failures_locked();

  mutable AppendLock lock_;
  std::uint64_t oldest_ = 1;  // the number of open_.front()
  std::deque<bool> open_;     // by number; the front is open
  std::deque<Waiting> waiting_;
  Error first_failure_;
  std::uint64_t failures_ = 0;
};

}  // namespace barnabas::client
