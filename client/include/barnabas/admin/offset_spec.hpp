#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace barnabas {

/// Which offset of a partition is asked for.
class OffsetSpec {
 public:
  /// The first record that the partition still has.
  static constexpr OffsetSpec earliest() { return OffsetSpec(-2); }
  /// Behind the last record.
  static constexpr OffsetSpec latest() { return OffsetSpec(-1); }
  /// The record with the greatest timestamp (KIP-734); brokers from 3.0 on.
  static constexpr OffsetSpec max_timestamp() { return OffsetSpec(-3); }
  /// The first record at or after a point in time.
  static OffsetSpec at(std::chrono::system_clock::time_point time) {
    using std::chrono::duration_cast;
    return OffsetSpec(duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
  }

  /// As on the wire.
  constexpr std::int64_t timestamp() const noexcept { return timestamp_; }

 private:
  explicit constexpr OffsetSpec(std::int64_t timestamp) : timestamp_(timestamp) {}
  std::int64_t timestamp_;
};

/// An offset that was looked up.
struct ListedOffset {
  std::int64_t offset = -1;     ///< -1: no record is that young.
  std::int64_t timestamp = -1;  ///< Milliseconds since 1970 UTC; -1 for earliest and latest.
  std::optional<std::int32_t> leader_epoch;

  ListedOffset() = default;
};

}  // namespace barnabas
