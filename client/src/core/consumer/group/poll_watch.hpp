#pragma once

#include "protocol/base/time.hpp"

#include <optional>

namespace barnabas::client {

/// Watches that the application polls at least every max.poll.interval.ms. While a poll is under
/// way the application is where it should be, however long that takes. Thread-safety: none.
class PollWatch {
 public:
  explicit PollWatch(Duration interval) : interval_(interval) {}

  void poll_began() {
    began_ = true;
    within_ = true;
  }
  void poll_ended(Instant now) {
    within_ = false;
    deadline_ = deadline_after(now, interval_);
  }
  /// Whether a poll is under way.
  bool within() const { return within_; }
  bool overdue(Instant now) const { return began_ && !within_ && now >= deadline_; }
  std::optional<Instant> next_deadline() const {
    return began_ && !within_ ? std::optional(deadline_) : std::nullopt;
  }

 private:
  Duration interval_;
  bool began_ = false;
  bool within_ = false;
  Instant deadline_{};
};

}  // namespace barnabas::client
