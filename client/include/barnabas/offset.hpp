#pragma once

#include <barnabas/topic_partition.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace barnabas {

/// Where a group goes on reading a partition: the offset of the next record, not of the last one.
/// Thread-safety: a value.
struct OffsetAndMetadata {
  std::int64_t offset = 0;
  /// Of the last record before the offset, where known: lets a consumer that starts there notice
  /// that the log was truncated meanwhile (KIP-320).
  std::optional<std::int32_t> leader_epoch;
  /// A note kept with the commit, at most 4096 bytes by the broker's default.
  std::string metadata;

  OffsetAndMetadata() = default;
  /*implicit*/ OffsetAndMetadata(std::int64_t next_offset,
                                 std::optional<std::int32_t> epoch = std::nullopt,
                                 std::string note = {})
      : offset(next_offset), leader_epoch(epoch), metadata(std::move(note)) {}

  friend bool operator==(const OffsetAndMetadata&, const OffsetAndMetadata&) = default;
};

/// What to commit, by partition: `{{{"orders", 0}, 42}, {{"orders", 1}, 17}}`.
using Offsets = std::map<TopicPartition, OffsetAndMetadata>;

/// The first record at or after a point in time.
/// Thread-safety: a value.
struct OffsetAndTimestamp {
  std::int64_t offset = 0;
  std::chrono::sys_time<std::chrono::milliseconds> timestamp{};
  std::optional<std::int32_t> leader_epoch;

  OffsetAndTimestamp() = default;
  OffsetAndTimestamp(std::int64_t record_offset,
                     std::chrono::sys_time<std::chrono::milliseconds> record_timestamp,
                     std::optional<std::int32_t> epoch = std::nullopt)
      : offset(record_offset), timestamp(record_timestamp), leader_epoch(epoch) {}

  friend bool operator==(const OffsetAndTimestamp&, const OffsetAndTimestamp&) = default;
};

}  // namespace barnabas
