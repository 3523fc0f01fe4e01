#pragma once

#include "broker/src/core/broker_engine.hpp"
#include "broker/src/io/adjustable_clock.hpp"
#include "broker/src/io/data_disk.hpp"
#include "broker/src/io/hosted_engine.hpp"
#include "broker/src/io/node_listeners.hpp"
#include "protocol/transport/engine_host.hpp"
#include "protocol/transport/event_loop.hpp"

#include <barnabas/broker_config.hpp>
#include <barnabas/result.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace barnabas::broker::io {

/// Runs a broker engine on sockets, a disk and a thread.
/// Thread-safety: complete, but not from the engine's own thread.
class BrokerServer {
 public:
  /// Errors: as of Broker::start.
  static Result<std::unique_ptr<BrokerServer>> start(const BrokerConfig& config);
  ~BrokerServer();

  Result<void> stop(std::chrono::milliseconds limit);
  Result<void> restart();
  Result<void> crash();
  Result<void> stop_node(NodeId node);
  Result<void> start_node(NodeId node);
  void advance_clock(std::chrono::milliseconds time);

  /// Calls `visit(BrokerEngine&, const Now&)` with the engine's lock and returns its result; a
  /// default-made one when the broker is stopped.
  template <class Visit>
  auto enter(Visit&& visit) -> std::invoke_result_t<Visit, BrokerEngine&, const Now&> {
    std::unique_lock lock(mutex_);
    using Value = std::invoke_result_t<Visit, BrokerEngine&, const Now&>;
    if (!engine_) return nothing<Value>();
    const Now now = clock_.now();
    if constexpr (std::is_void_v<Value>) {
      visit(*engine_, now);
      leave(lock, now);
    } else {
      Value value = visit(*engine_, now);
      leave(lock, now);
      return value;
    }
  }

 private:
  explicit BrokerServer(const BrokerConfig& config);

  template <class Value>
  static Value nothing() {
    if constexpr (std::is_same_v<Value, Result<void>>) {
      return Error(ErrorCode::closed, "the broker is stopped");
    } else {
      return Value();
    }
  }
  Logger logger() const;
  void warn_of_ignored_properties() const;
  Result<void> open_loop();
  Result<void> boot();
  Result<void> start_engine(storage::Disk& disk);
  Result<void> open_doors();
  Result<void> shut_down(std::chrono::milliseconds limit);
  void drop_engine();
  void leave(std::unique_lock<std::mutex>& lock, const Now& now);
  void notice_state();
  bool wait_while(BrokerEngine::State state, std::chrono::milliseconds limit);

  const BrokerConfig config_;
  AdjustableClock clock_;
  std::unique_ptr<transport::EventLoop> loop_;
  std::thread thread_;
  std::mutex life_;  // one start or stop at a time; locked before mutex_
  NodeListeners listeners_;

  std::mutex mutex_;  // guards the rest
  std::condition_variable state_changed_;
  BrokerEngine::State seen_ = BrokerEngine::State::created;
  DataDisk disk_;
  std::shared_ptr<transport::EngineHost> host_;
  std::unique_ptr<BrokerEngine> engine_;
  std::unique_ptr<HostedEngine> hosted_;
};

}  // namespace barnabas::broker::io
