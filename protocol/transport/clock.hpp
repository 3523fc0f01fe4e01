#pragma once

#include "protocol/base/time.hpp"

namespace barnabas::transport {

/// Where a shell gets the time that it hands to engines.
/// Thread-safety: may be read from several threads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now now() const = 0;
  /// The wall clock, perhaps some milliseconds late, where reading it that way is much cheaper.
  virtual Timestamp quick_wall() const { return now().wall; }
};

/// The system's monotonic and wall clocks.
class SystemClock final : public Clock {
 public:
  Now now() const override;
  Timestamp quick_wall() const override;
  /// The same without an instance.
  static Timestamp system_quick_wall() noexcept;
  /// The one instance; it has no state.
  static const SystemClock& instance();
};

}  // namespace barnabas::transport
