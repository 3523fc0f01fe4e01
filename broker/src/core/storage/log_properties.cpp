#include "broker/src/core/storage/log_properties.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace barnabas::broker::storage {
namespace {

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

// Topic properties of Kafka that concern other parts of the broker, or nothing in it.
constexpr std::array<std::string_view, 18> other_topic_properties{
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.type",
    "compression.zstd.level",
    "file.delete.delay.ms",
    "follower.replication.throttled.replicas",
    "leader.replication.throttled.replicas",
    "local.retention.bytes",
    "local.retention.ms",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "min.insync.replicas",
    "preallocate",
    "remote.log.copy.disable",
    "remote.log.delete.on.disable",
    "remote.storage.enable",
    "segment.index.bytes",
    "segment.jitter.ms",
};

bool is_other_topic_property(std::string_view name) {
  for (const std::string_view other : other_topic_properties) {
    if (name == other) return true;
  }
  // Accepted by Kafka; without replicas there is no unclean election.
  return name == "unclean.leader.election.enable";
}

}  // namespace

const PropertyTable<LogConfig>& log_properties() {
  static const PropertyTable<LogConfig> table{
      {"cleanup.policy", PropertyType::list,
       "What becomes of old records: delete drops whole segments by age and size, compact keeps "
       "the "
       "latest record of each key.",
       set_cleanup_policy, cleanup_policy},
      {"delete.retention.ms",
       &LogConfig::delete_retention_ms,
       {0, unlimited},
       "How long compaction keeps tombstones."},
      {"flush.messages",
       &LogConfig::flush_messages,
       {1, unlimited},
       "Records after which the log is fsynced."},
      {"flush.ms",
       &LogConfig::flush_ms,
       {0, unlimited},
       "Age of the oldest record that was not fsynced at which the log is fsynced."},
      {"index.interval.bytes",
       &LogConfig::index_interval_bytes,
       {0, std::numeric_limits<std::int32_t>::max()},
       "Log bytes between two entries of the offset index."},
      {"max.message.bytes",
       &LogConfig::max_message_bytes,
       {0, std::numeric_limits<std::int32_t>::max()},
       "The largest record batch that is accepted, after compression."},
      {"message.timestamp.type",
       &LogConfig::timestamps,
       {{"CreateTime", TimestampPolicy::create_time},
        {"LogAppendTime", TimestampPolicy::log_append_time}},
       "Whether records keep the producer's time or get the broker's."},
      {"min.cleanable.dirty.ratio",
       &LogConfig::min_cleanable_dirty_ratio,
       {0.0, 1.0},
       "Share of bytes not yet compacted from which compaction starts."},
      {"max.compaction.lag.ms",
       &LogConfig::max_compaction_lag_ms,
       {1, unlimited},
       "Age of a record at which compaction takes it on, whatever the share of such bytes."},
      {"min.compaction.lag.ms",
       &LogConfig::min_compaction_lag_ms,
       {0, unlimited},
       "Compaction leaves records younger than this alone."},
      {"retention.bytes",
       &LogConfig::retention_bytes,
       {-1, unlimited},
       "Size of a partition beyond which its oldest segments are deleted; -1: no limit."},
      {"retention.ms",
       &LogConfig::retention_ms,
       {-1, unlimited},
       "Age of its newest record at which a segment is deleted; -1: no limit."},
      {"segment.bytes",
       &LogConfig::segment_bytes,
       {14, std::numeric_limits<std::int32_t>::max()},
       "The largest size of a segment file."},
      {"segment.ms",
       &LogConfig::segment_ms,
       {1, unlimited},
       "Age of its first record at which a segment is closed."},
  };
  return table;
}

Result<void> set_cleanup_policy(LogConfig& config, std::string_view policy) {
  bool cleanup_delete = false;
  bool cleanup_compact = false;
  for (const std::string& word : parse_list(policy)) {
    if (word == "delete") {
      cleanup_delete = true;
    } else if (word == "compact") {
      cleanup_compact = true;
    } else {
      return Error(ErrorCode::invalid_property,
                   "\"" + word + "\" is not valid: expected delete, compact, or both");
    }
  }
  if (!cleanup_delete && !cleanup_compact) {
    return Error(ErrorCode::invalid_property,
                 "\"\" is not valid: expected delete, compact, or both");
  }
  config.cleanup_delete = cleanup_delete;
  config.cleanup_compact = cleanup_compact;
  return {};
}

std::string cleanup_policy(const LogConfig& config) {
  if (config.cleanup_compact && config.cleanup_delete) return "compact,delete";
  return config.cleanup_compact ? "compact" : "delete";
}

Result<LogConfig> apply_topic_properties(LogConfig base, const TopicProperties& properties) {
  for (const auto& [name, value] : properties) {
    if (is_other_topic_property(name)) continue;
    const Result<void> set = log_properties().set(base, name, value);
    if (!set) return Error(ErrorCode::invalid_config, set.error().context());
  }
  return base;
}

}  // namespace barnabas::broker::storage
