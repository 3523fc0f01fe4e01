#pragma once

#include "protocol/base/time.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <string>

namespace barnabas::broker::storage {

/// barnabas.fsync: when appended data counts as stored. Whatever the policy, a killed process loses
/// nothing that was acknowledged; the policy is about the loss of power and kernel crashes.
enum class FsyncPolicy : std::uint8_t {
  /// "always": a batch is acknowledged and shown to readers once fdatasync covers it (group
  /// commit). A power cut loses nothing that was acknowledged or read.
  always,
  /// "interval" (default): acknowledged from the page cache as in Apache Kafka. fsync after
  /// log.flush.interval.messages or log.flush.interval.ms (both unlimited by default), when a
  /// segment is rolled, and at shutdown. A power cut can lose what came after the last fsync.
  interval,
  /// "never": fsync only at a clean shutdown. For tests and throw-away data.
  never
};

enum class TimestampPolicy : std::uint8_t { create_time, log_append_time };

/// The settings of one topic's logs; Kafka's topic property and broker property in brackets.
/// -1 means "no limit" where a limit is given.
struct LogConfig {
  /// Largest size of a segment [segment.bytes, log.segment.bytes]; 14..2^31-1.
  std::int32_t segment_bytes = 1 << 30;
  /// A segment is closed when its first record is this old [segment.ms, log.roll.ms]; >= 1.
  std::int64_t segment_ms = std::int64_t{7} * 24 * 3600 * 1000;
  /// Segments whose newest record is older are deleted [retention.ms, log.retention.ms].
  std::int64_t retention_ms = std::int64_t{7} * 24 * 3600 * 1000;
  /// The oldest segments beyond this size are deleted [retention.bytes, log.retention.bytes].
  std::int64_t retention_bytes = -1;
  /// Log bytes between two index entries [index.interval.bytes, log.index.interval.bytes].
  std::int32_t index_interval_bytes = 4096;
  /// fsync after so many records [flush.messages, log.flush.interval.messages]; >= 1.
  std::int64_t flush_messages = std::numeric_limits<std::int64_t>::max();
  /// fsync when the oldest unsynced record is this old [flush.ms, log.flush.interval.ms]; >= 0.
  std::int64_t flush_ms = std::numeric_limits<std::int64_t>::max();
  /// Largest batch [max.message.bytes, message.max.bytes].
  std::int32_t max_message_bytes = 1048588;
  /// cleanup.policy contains "delete" [log.cleanup.policy].
  bool cleanup_delete = true;
  /// cleanup.policy contains "compact".
  bool cleanup_compact = false;
  /// How long tombstones stay after compaction [delete.retention.ms].
  std::int64_t delete_retention_ms = std::int64_t{24} * 3600 * 1000;
  /// Compaction leaves records younger than this alone [min.compaction.lag.ms].
  std::int64_t min_compaction_lag_ms = 0;
  /// Compaction takes on records at the latest at this age, and segments are closed in time for it
  /// [max.compaction.lag.ms].
  std::int64_t max_compaction_lag_ms = std::numeric_limits<std::int64_t>::max();
  /// Share of uncompacted bytes from which compaction starts [min.cleanable.dirty.ratio]; 0..1.
  double min_cleanable_dirty_ratio = 0.5;
  /// What record timestamps mean [message.timestamp.type].
  TimestampPolicy timestamps = TimestampPolicy::create_time;

  bool operator==(const LogConfig&) const = default;
};

/// Topic properties by Kafka's name, as CreateTopics carries them.
using TopicProperties = std::map<std::string, std::string, std::less<>>;

/// `base` with the topic properties put over it. Properties that concern other parts than the log
/// are left alone when Kafka knows them as topic properties.
/// Errors: invalid_config naming the property and what is allowed, or the unknown name.
Result<LogConfig> apply_topic_properties(LogConfig base, const TopicProperties& properties);

}  // namespace barnabas::broker::storage
