#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/log_config.hpp"
#include "broker/src/core/storage/partition_log.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/result.hpp>
#include <barnabas/uuid.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker::storage {

/// The settings of a whole data folder; Kafka's property in brackets.
struct StorageConfig {
  LogConfig log;                              ///< What topics start from.
  FsyncPolicy fsync = FsyncPolicy::interval;  ///< [barnabas.fsync]
  /// Recently appended batches kept in memory for readers at the tail, over all partitions
  /// [barnabas.tail.cache.bytes]. 0 switches it off.
  std::size_t tail_cache_bytes = std::size_t{64} << 20;
  /// Appends are refused while less is free [barnabas.disk.reserve.bytes]; -1 means 1 GiB but at
  /// most 5% of the disk.
  std::int64_t disk_reserve_bytes = -1;
  /// [log.flush.offset.checkpoint.interval.ms]
  Duration checkpoint_interval = std::chrono::seconds(60);
  /// [log.retention.check.interval.ms]
  Duration retention_check_interval = std::chrono::minutes(5);
  /// An idle producer is forgotten after this [producer.id.expiration.ms].
  std::int64_t producer_id_expiration_ms = std::int64_t{24} * 3600 * 1000;
  /// The least recently active producers of a partition beyond this number are forgotten
  /// [barnabas.max.producers.per.partition].
  std::size_t max_producers_per_partition = 100000;
  std::int32_t node_id = 1;  ///< [node.id], written into a new folder.
  Uuid new_cluster_id;       ///< Written into a new folder; an existing one keeps its own.
};

/// A topic as it is stored.
struct StoredTopic {
  std::string name;
  Uuid id;
  std::int32_t partitions = 0;
  TopicProperties properties;
  bool operator==(const StoredTopic&) const = default;
};

/// Everything in one data folder: its topics and their logs. It opens and recovers them, and does
/// the periodic work: checkpoints, fsync by interval, roll by time, retention, compaction.
///
///   state     | event                                        | next
///   ----------|----------------------------------------------|---------
///   created   | open                                         | starting
///   starting  | what must be durable before serving is       | running
///   running   | close                                        | stopping
///   stopping  | everything is durable, marker written         | stopped
///   any       | a write, fsync or rename failed for good      | failed
///
/// Serve clients only while running. In `failed` reading goes on, but nothing is appended or
/// acknowledged until the folder is opened anew; a full disk is not a failure: appends are refused
/// until there is space.
/// Thread-safety: none.
class LogManager final : public DiskEvents {
 public:
  enum class State : std::uint8_t { created, starting, running, stopping, stopped, failed };

  /// Lifetime: `disk` outlives the manager.
  LogManager(Disk& disk, StorageConfig config);
  ~LogManager() override;

  State state() const noexcept;
  /// Why the folder failed; no error otherwise.
  const Error& failure() const noexcept;

  /// Locks the folder, reads what it holds, recovers logs that were not closed cleanly.
  /// Errors: data_in_use, data_from_newer_version, io_error.
  Result<void> open(const Now& now);
  /// Starts a clean shutdown: flushes and checkpoints everything. Done in `stopped` or `failed`.
  void close(const Now& now);
  std::optional<Instant> next_deadline() const;
  void advance(const Now& now);
  void on_synced(const Now& now, SyncId id, Result<void> result) override;

  const Uuid& cluster_id() const noexcept;

  /// All topics, by name.
  std::vector<const StoredTopic*> topics() const;
  /// Nothing when there is no such topic.
  const StoredTopic* topic(std::string_view name) const;
  /// Null when there is no such partition. Stays valid until the topic is deleted.
  PartitionLog* log(std::string_view topic, std::int32_t partition);

  /// Errors: topic_already_exists, invalid_topic_exception, invalid_partitions, invalid_config,
  /// kafka_storage_error.
  Result<void> create_topic(const Now& now, StoredTopic topic);
  /// Logs of the topic are gone when it returns; its files are removed in the background.
  /// Errors: unknown_topic_or_partition, kafka_storage_error.
  Result<void> delete_topic(const Now& now, std::string_view name);
  /// Errors: unknown_topic_or_partition, invalid_partitions when not more than now.
  Result<void> add_partitions(const Now& now, std::string_view name, std::int32_t new_count);
  /// Replaces the topic's properties. Errors: unknown_topic_or_partition, invalid_config.
  Result<void> set_topic_properties(const Now& now, std::string_view name,
                                    TopicProperties properties);

  /// A producer id that was never given out and never will be again, also after a crash.
  /// Errors: coordinator_load_in_progress while a new block of ids is being stored (ask again).
  Result<std::int64_t> next_producer_id(const Now& now);

  /// The logs whose high watermark moved, or that went offline, since the last call, in the order
  /// in which it happened: whoever waits for data or for an acknowledgement is to be looked at.
  std::vector<PartitionLog*> take_advanced();
};

}  // namespace barnabas::broker::storage
