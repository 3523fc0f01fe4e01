#pragma once

#include "protocol/base/time.hpp"

#include <optional>

namespace barnabas::client {

/// When to commit automatically: every interval, counted from the last commit's end, one at a time.
/// Thread-safety: none.
class AutoCommit {
 public:
  /// `interval`: auto.commit.interval.ms; nothing when commits are not automatic.
  explicit AutoCommit(std::optional<Duration> interval) : interval_(interval) {}

  bool enabled() const noexcept { return interval_.has_value(); }
  /// The application has begun to read.
  void start(Instant now) {
    if (interval_ && !next_) next_ = deadline_after(now, *interval_);
  }
  bool due(Instant now) const { return next_ && !under_way_ && now >= *next_; }
  void begin() { under_way_ = true; }
  void end(Instant now) {
    under_way_ = false;
    if (interval_) next_ = deadline_after(now, *interval_);
  }
  std::optional<Instant> next_deadline() const { return under_way_ ? std::nullopt : next_; }

 private:
  std::optional<Duration> interval_;
  std::optional<Instant> next_;
  bool under_way_ = false;
};

}  // namespace barnabas::client
