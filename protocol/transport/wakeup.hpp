#pragma once

#include "protocol/transport/file_descriptor.hpp"

#include <barnabas/result.hpp>

#include <atomic>
#include <cstdint>
#include <memory>

namespace barnabas::transport {

/// Ends a loop's sleep from other threads and from signal handlers. A system call is made only when
/// the loop sleeps, and once per sleep.
///
///   state     | signal()            | fall_asleep()   | wake_up()
///   ----------+---------------------+-----------------+----------
///   awake     | -> signalled        | -> asleep, true | awake
///   signalled | signalled           | -> awake, false | -> awake
///   asleep    | -> signalled, write | asleep, true    | -> awake
class Wakeup {
 public:
  /// Errors: io_error when the system has no descriptor left.
  static Result<std::shared_ptr<Wakeup>> create();
  explicit Wakeup(FileDescriptor event) noexcept : event_(std::move(event)) {}

  /// Thread-safety: from any thread; async-signal-safe.
  void signal() noexcept;

  /// The loop announces that from here on only `descriptor()` reaches it. False: somebody signalled
  /// before, so look for work first.
  bool fall_asleep() noexcept;
  /// The loop is awake: signals need no system call from here on. What was done before a signal is
  /// visible after this.
  void wake_up() noexcept;
  /// The loop is asleep, and nobody has signalled since. Thread-safety: from any thread.
  bool is_asleep() const noexcept { return state_.load() == State::asleep; }
  /// Takes back the readability of the descriptor.
  void clear() noexcept;

  int descriptor() const noexcept { return event_.get(); }

 private:
  enum class State : std::uint8_t { awake, signalled, asleep };

  FileDescriptor event_;
  std::atomic<State> state_{State::awake};
  static_assert(std::atomic<State>::is_always_lock_free, "signal() runs in signal handlers");
};

}  // namespace barnabas::transport
