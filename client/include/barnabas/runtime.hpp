#pragma once

#include <chrono>
#include <memory>
#include <optional>

namespace barnabas {

namespace client {
class Driver;
}

/// Where clients do their I/O. One Runtime serves any number of clients; a client that is given
/// none makes its own.
///
/// A Runtime has one I/O thread, named "barnabas-io", whatever the number of brokers and clients;
/// it starts with the first client and ends with the last, or with the Runtime, whichever is later.
/// A manual Runtime has no thread: the application's own loop polls `native_handle()` and calls
/// `run_ready()`, and blocking calls of its clients do the I/O on the calling thread.
///
/// Lifetime: clients may outlive the Runtime they were made with; they share what is behind it.
/// Fork: a child process must make new Runtimes and clients. Using inherited ones is refused with
/// ErrorCode::invalid_state; destroying them there is safe and does not disturb the parent.
/// Thread-safety: may be used from several threads. A manual Runtime and its clients are driven by
/// one thread at a time; other threads may send, stop and wait meanwhile.
class Runtime {
 public:
  /// Selects the mode without a thread: `Runtime runtime(Runtime::manual);`
  struct Manual {
    explicit constexpr Manual() = default;
  };
  static constexpr Manual manual{};

  Runtime();
  explicit Runtime(Manual);
  Runtime(Runtime&&) noexcept = default;
  Runtime& operator=(Runtime&&) noexcept = default;
  ~Runtime();

  /// Manual mode: the descriptor that becomes readable when `run_ready()` has something to do.
  /// Level-triggered: poll, select, epoll or an Asio descriptor can watch it. -1 with a thread, or
  /// when the system had no descriptor left (clients then report io_error).
  int native_handle() const noexcept;

  /// Manual mode: does everything that is possible at once, never blocks, and runs the callbacks of
  /// clients. Call it when `native_handle()` is readable and when `next_deadline()` has come;
  /// calling it more often is harmless. No effect with a thread.
  void run_ready();

  /// Manual mode: when `run_ready()` wants to be called even if nothing becomes readable. It may
  /// change with every call of `run_ready()` and of clients. Nothing: no timer is set.
  std::optional<std::chrono::steady_clock::time_point> next_deadline() const;

  /// For clients and for simulations that bring their own driver.
  explicit Runtime(std::shared_ptr<client::Driver> driver) noexcept;
  const std::shared_ptr<client::Driver>& driver() const noexcept { return driver_; }

 private:
  std::shared_ptr<client::Driver> driver_;
};

}  // namespace barnabas
