#pragma once

#include <atomic>
#include <mutex>

namespace barnabas::client {

/// The only lock within the core: what `send` shares with the engine is guarded by locks of this
/// type, so that `send` never waits for the engine. They are held for a few appends or a hand-over,
/// never while compressing, calling the application or waiting, and taken in this order: pending
/// records of a topic, a partition's queue, then any one of the rest.
///
/// Taken once a record and nearly always free. An atomic exchange here waits until the record
/// before has left the processor's store buffer, so there is one, where a mutex has two: letting go
/// is a plain store. The price is that nobody can be told of it: who finds it taken looks again, at
/// first at once, then after the holder had a chance to run. It is held for so short a time that
/// this happens only when the system has stopped the holder in between.
class AppendLock {
 public:
  void lock() noexcept {
    if (taken_.exchange(true, std::memory_order_acquire)) lock_taken();
  }
  void unlock() noexcept { taken_.store(false, std::memory_order_release); }

 private:
  void lock_taken() noexcept;

  std::atomic<bool> taken_ = false;
};

using AppendGuard = std::lock_guard<AppendLock>;

}  // namespace barnabas::client
