#pragma once

#include "client/src/core/cluster/client_engine.hpp"
#include "protocol/base/deadline_queue.hpp"

#include <barnabas/admin/admin_options.hpp>
#include <barnabas/error.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace barnabas::client {

/// What is done with an operation's outcome. Runs once, within an event of the engine.
template <class T>
using Done = std::function<void(Result<T>)>;

/// The engine behind Admin: a cluster, pauses, and the rules that all operations share. The
/// operations are functions in files of their own.
class AdminEngine final : public ClientEngine {
 public:
  explicit AdminEngine(EngineContext context);

  Cluster& cluster() noexcept { return cluster_; }
  Outbox& calls() noexcept { return outbox(); }

  /// Retried until the operation's time limit.
  SendOptions send_options(const AdminOptions& options) const;
  /// How long the operation may take.
  Duration time_limit(const AdminOptions& options) const;
  /// The same for an operation that the broker itself waits for, and what to tell the broker.
  SendOptions waiting_options(const AdminOptions& options) const;
  std::int32_t broker_time_limit_ms(const AdminOptions& options) const;

  /// Runs `task(now)` after a pause, unless the client is closed before.
  void after(const Now& now, Duration pause, std::function<void(const Now&)> task);
  /// What to wait before an item is tried again.
  Duration retry_pause() const { return retry_pause_; }

  void finish_close(const Now& now) override;

 protected:
  void run(const Now& now) override;
  std::optional<Instant> own_deadline() const override { return due_.next(); }

 private:
  Duration api_timeout_;
  Duration request_timeout_;
  Duration retry_pause_;
  std::uint64_t last_task_ = 0;
  std::map<std::uint64_t, std::function<void(const Now&)>> tasks_;
  DeadlineQueue<std::uint64_t> due_;
};

/// The error of one item: "orders: Topic 'orders' already exists.".
Error item_error(ErrorCode code, std::string_view item,
                 const std::optional<std::string_view>& message = std::nullopt);
/// The error of an item that the answer left out.
Error unmentioned(std::string_view item);

/// Not_controller where one item has it: it concerns the request as a whole.
template <class Items>
ErrorCode controller_error(const Items& items) {
  for (const auto& item : items) {
    if (item.error_code == ErrorCode::not_controller) return item.error_code;
  }
  return ErrorCode::none;
}

}  // namespace barnabas::client
