#pragma once

#include <chrono>
#include <optional>

namespace barnabas {

/// How an Admin operation is to be done.
/// Thread-safety: a value.
class AdminOptions {
 public:
  AdminOptions() = default;

  /// Limit for the whole operation, retries included. Default: default.api.timeout.ms of the
  /// client.
  AdminOptions& timeout(std::chrono::milliseconds limit) { return timeout_ = limit, *this; }
  /// Has the brokers check what is asked for without doing it. Operations that only read ignore it.
  AdminOptions& validate_only(bool only = true) { return validate_only_ = only, *this; }

  std::optional<std::chrono::milliseconds> timeout() const noexcept { return timeout_; }
  bool validate_only() const noexcept { return validate_only_; }

 private:
  std::optional<std::chrono::milliseconds> timeout_;
  bool validate_only_ = false;
};

}  // namespace barnabas
