#pragma once

#include <mutex>

namespace barnabas::client {

/// The only lock within the core: what `send` shares with the engine is guarded by locks of this
/// type, so that `send` never waits for the engine. They are held for an append or a hand-over,
/// never while compressing, calling the application or waiting, and taken in this order: pending
/// records of a topic, a partition's queue, then any one of the rest.
class AppendLock {
 public:
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

using AppendGuard = std::lock_guard<AppendLock>;

}  // namespace barnabas::client
