#include "client/src/core/admin/admin_engine.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace barnabas::client {

namespace {

// The broker answers when its own limit has passed; this is how much longer we wait for that.
constexpr Duration answer_margin = std::chrono::seconds(5);

}  // namespace

AdminEngine::AdminEngine(EngineContext context)
    : ClientEngine(context),
      api_timeout_(context.options.api_timeout),
      request_timeout_(context.options.request_timeout),
      retry_pause_(context.options.retry_backoff) {}

Duration AdminEngine::time_limit(const AdminOptions& options) const {
  return options.timeout() ? Duration(*options.timeout()) : api_timeout_;
}

SendOptions AdminEngine::send_options(const AdminOptions& options) const {
  return SendOptions().retry(Retry::standard).timeout(time_limit(options));
}

SendOptions AdminEngine::waiting_options(const AdminOptions& options) const {
  return send_options(options).request_timeout(
      std::chrono::milliseconds(broker_time_limit_ms(options)) + answer_margin);
}

std::int32_t AdminEngine::broker_time_limit_ms(const AdminOptions& options) const {
  const Duration limit = std::min(time_limit(options), request_timeout_);
  return static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(limit).count());
}

void AdminEngine::after(const Now& now, Duration pause, std::function<void(const Now&)> task) {
  const std::uint64_t id = ++last_task_;
  tasks_.emplace(id, std::move(task));
  due_.set(id, deadline_after(now.monotonic, pause));
}

void AdminEngine::run(const Now& now) {
  while (const std::optional<std::uint64_t> id = due_.pop_due(now.monotonic)) {
    const auto task = tasks_.extract(*id);
    task.mapped()(now);
  }
}

void AdminEngine::finish_close(const Now& now) {
  cluster_.close(now);
  // What pauses would only find out later that it is over.
  while (!tasks_.empty()) {
    const auto task = tasks_.extract(tasks_.begin());
    due_.cancel(task.key());
    task.mapped()(now);
    cluster_.advance(now);
  }
}

Error item_error(ErrorCode code, std::string_view item,
                 const std::optional<std::string_view>& message) {
  std::string context(item);
  if (message && !message->empty()) context += ": " + std::string(*message);
  return {code, std::move(context)};
}

Error unmentioned(std::string_view item) {
  return item_error(ErrorCode::unknown_server_error, item,
                    "the broker's answer does not mention it");
}

}  // namespace barnabas::client
