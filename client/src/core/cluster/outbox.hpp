#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace barnabas::client {

/// Calls to the application that an engine has made ready: results of futures, callbacks. The shell
/// makes them after the events, without the engine's lock, so that they may use the client.
/// Thread-safety: none; the engine's lock covers it.
class Outbox {
 public:
  void post(std::function<void()> call) { calls_.push_back(std::move(call)); }
  bool empty() const noexcept { return calls_.empty(); }
  /// The calls in the order in which they were posted, which are forgotten here.
  std::vector<std::function<void()>> take() { return std::exchange(calls_, {}); }

 private:
  std::vector<std::function<void()>> calls_;
};

}  // namespace barnabas::client
