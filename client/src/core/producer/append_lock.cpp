#include "client/src/core/producer/append_lock.hpp"

#include <chrono>
#include <thread>

namespace barnabas::client {

namespace {

// An append takes some ten nanoseconds, leaving the processor to somebody else some microseconds.
constexpr int looks = 200;
constexpr int yields = 20;
// A holder of lower priority gets to run only when all others sleep.
constexpr std::chrono::microseconds nap{50};

void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

void AppendLock::lock_taken() noexcept {
  for (int turn = 0;; ++turn) {
    if (!taken_.load(std::memory_order_relaxed) &&
        !taken_.exchange(true, std::memory_order_acquire)) {
      return;
    }
    if (turn < looks) {
      relax();
    } else if (turn < looks + yields) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(nap);
    }
  }
}

}  // namespace barnabas::client
