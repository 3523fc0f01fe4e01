#pragma once

namespace barnabas::tools {

/// Turns SIGINT and SIGTERM into a request to end cleanly; a second one ends the program at once.
/// Only one may exist.
class Interrupt {
 public:
  /// `on_interrupt` runs within the signal handler: it may only do what is safe there. May be null.
  explicit Interrupt(void (*on_interrupt)() = nullptr);
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();

  static bool requested() noexcept;
  /// Becomes readable when a signal comes; for poll(2).
  static int descriptor() noexcept;
  /// Waits for a signal.
  void wait();
};

}  // namespace barnabas::tools
