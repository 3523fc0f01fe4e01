#pragma once

#include "client/src/core/cluster/client_engine.hpp"
#include "client/src/core/cluster/outbox.hpp"
#include "client/src/io/driver.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/client_config.hpp>
#include <barnabas/detail/future_source.hpp>
#include <barnabas/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace barnabas::client {

/// What `Producer`, `Consumer` and `Admin` have behind them: an engine, its lock, and its place in
/// a Runtime. A method of a facade looks like this:
///
///   ClientShell::Visit visit(*shell_);
///   engine_.seek(visit.now(), partition, offset);
///
/// and one that waits like that:
///
///   ClientShell::Visit visit(*shell_);
///   engine_.start(visit.now());
///   bool in_time = visit.wait([&] { return engine_.finished(); }, 5s);
///
/// What the engine posts to its Outbox is called after the events, without the lock, on the thread
/// that delivered them.
/// Lifetime: shared with the futures of the client, so that waiting for one is safe at any time.
/// Thread-safety: complete.
class ClientShell final : public detail::WaitStrategy,
                          public std::enable_shared_from_this<ClientShell> {
 public:
  using MakeEngine = std::function<std::unique_ptr<ClientEngine>(EngineContext)>;

  /// Makes the engine and starts it. Does no network I/O yet.
  /// Errors: invalid_property (bootstrap.servers), and those of Driver::bind.
  static Result<std::shared_ptr<ClientShell>> open(std::shared_ptr<Driver> driver,
                                                   const ClientSettings& settings,
                                                   const MakeEngine& make_engine);
  /// Requires: closed.
  ~ClientShell() override;

  /// A call of the application into the engine, from construction to destruction.
  class Visit {
   public:
    explicit Visit(ClientShell& shell);
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit();

    const Now& now() const noexcept { return now_; }
    /// The client was closed: nothing that is begun now would ever end.
    bool closed() const noexcept { return shell_.closed_; }
    /// Waits until `done()` or for `limit`; returns the last value of `done()`. Events are
    /// processed meanwhile and `now()` is the time afterwards. Returns at once on the client's own
    /// I/O thread.
    bool wait(const std::function<bool()>& done, std::chrono::nanoseconds limit);

   private:
    ClientShell& shell_;
    std::unique_lock<std::mutex> lock_;
    Now now_;
  };

  /// For engines whose type is needed: the facade knows what it made.
  template <class Engine>
  Engine& engine() noexcept {
    return static_cast<Engine&>(*engine_);
  }
  Driver& driver() noexcept { return *driver_; }
  EngineBinding& binding() noexcept { return *binding_; }
  /// True in callbacks, where blocking calls could never end.
  bool on_own_thread() const noexcept { return driver_->on_loop_thread(); }

  /// Lets the engine finish for at most `limit`, gives up the rest, and stops. False when something
  /// had to be given up. Idempotent; a second caller waits for nothing.
  bool close(std::chrono::nanoseconds limit);

  Result<void> wait_for(detail::Completion& completion,
                        std::optional<std::chrono::nanoseconds> limit) override;

 private:
  ClientShell(std::shared_ptr<Driver> driver, const ClientSettings& settings);
  /// Makes the calls that the engine posted.
  void deliver();

  std::shared_ptr<Driver> driver_;
  std::mutex mutex_;
  Logger logger_;
  Outbox outbox_;
  std::unique_ptr<EngineBinding> binding_;
  std::unique_ptr<ClientEngine> engine_;
  bool closing_ = false;
  bool closed_ = false;
};

}  // namespace barnabas::client
