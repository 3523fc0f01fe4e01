#pragma once

#include "protocol/base/time.hpp"

namespace barnabas::client {

/// The clocks that sending threads read. A shell or the simulation implements it.
/// Thread-safety: complete.
class AppendClock {
 public:
  virtual ~AppendClock() = default;

  /// Both clocks, exactly; read once a batch.
  virtual Now now() const = 0;
  /// The wall clock for the timestamp of a record; read once a record, so it may lag some
  /// milliseconds behind `now` where that makes it cheaper.
  virtual Timestamp quick_wall() const { return now().wall; }
};

/// A clock that stands still: for records whose time has been taken already.
class FixedClock final : public AppendClock {
 public:
  explicit FixedClock(const Now& now) noexcept : now_(now) {}
  Now now() const override { return now_; }

 private:
  Now now_;
};

}  // namespace barnabas::client
