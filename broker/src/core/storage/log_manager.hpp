#pragma once

#include "broker/src/core/storage/checkpoints.hpp"
#include "broker/src/core/storage/data_folder.hpp"
#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/folder_meta.hpp"
#include "broker/src/core/storage/log_cleaner.hpp"
#include "broker/src/core/storage/log_config.hpp"
#include "broker/src/core/storage/partition_log.hpp"
#include "broker/src/core/storage/producer_ids.hpp"
#include "broker/src/core/storage/storage_config.hpp"
#include "broker/src/core/storage/topic_logs.hpp"
#include "broker/src/core/storage/topic_store.hpp"
#include "protocol/base/logger.hpp"
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

/// Everything in one data folder: its topics and their logs. It opens and recovers them, and does
/// the periodic work: checkpoints, fsync by interval, roll by time, retention, compaction.
///
///   state     | event                                         | next
///   ----------|-----------------------------------------------|---------
///   created   | open                                          | starting
///   starting  | what must be durable before appends is        | running
///   starting  | there is no space to make it so               | running, but no appends yet
///   running   | close                                         | stopping
///   stopping  | everything is durable, the marker written too | stopped
///   any       | a write, fsync or rename failed for good      | failed
///
/// Serve clients only while running. In `failed` reading goes on, but nothing is appended or
/// acknowledged until the folder is opened anew; a full disk is not a failure: appends are refused
/// until there is space. Destruction without `close` is a crash.
/// Thread-safety: none.
class LogManager final : public DiskEvents {
 public:
  enum class State : std::uint8_t { created, starting, running, stopping, stopped, failed };

  /// Lifetime: `disk` and `logger` outlive the manager.
  LogManager(Disk& disk, const StorageConfig& config, Logger& logger);
  LogManager(const LogManager&) = delete;
  LogManager& operator=(const LogManager&) = delete;

  State state() const noexcept { return state_; }
  /// Why the folder failed; no error otherwise.
  const Error& failure() const noexcept { return data_.failure(); }

  /// Locks the folder, reads what it holds, recovers logs that were not closed cleanly. A log that
  /// cannot be used is offline, the others are not affected.
  /// Errors: data_in_use, data_from_newer_version, malformed_message, io_error; then nothing else
  /// can be called.
  Result<void> open(const Now& now);
  /// Starts a clean shutdown: flushes and checkpoints everything. Done in `stopped` or `failed`.
  void close(const Now& now);
  std::optional<Instant> next_deadline() const;
  void advance(const Now& now);
  void on_synced(const Now& now, SyncId id, Result<void> result) override;

  const Uuid& cluster_id() const noexcept { return meta_.cluster_id; }
  /// False until what the start had to store is durable: on a full disk that takes its time.
  bool takes_appends() const noexcept { return open_for_appends_; }

  /// All topics, by name.
  std::vector<const StoredTopic*> topics() const;
  /// Null when there is no such topic.
  const StoredTopic* topic(std::string_view name) const { return topics_.topics().find(name); }
  /// Null when there is no such partition. Stays valid until the topic is deleted.
  PartitionLog* log(std::string_view topic, std::int32_t partition) {
    return topics_.logs().find(topic, partition);
  }

  /// Makes a topic with empty logs. With barnabas.fsync=always its logs acknowledge nothing before
  /// the topic itself is durable.
  /// Errors: topic_already_exists, invalid_topic_exception, invalid_partitions, invalid_config,
  /// kafka_storage_error.
  Result<void> create_topic(const Now& now, StoredTopic topic);
  /// Logs of the topic are gone when it returns; its files are removed in the background.
  /// Errors: unknown_topic_or_partition, kafka_storage_error.
  Result<void> delete_topic(const Now& now, std::string_view name);
  /// Errors: unknown_topic_or_partition, invalid_partitions when not more than now,
  /// kafka_storage_error.
  Result<void> add_partitions(const Now& now, std::string_view name, std::int32_t new_count);
  /// Replaces the topic's properties.
  /// Errors: unknown_topic_or_partition, invalid_config, kafka_storage_error.
  Result<void> set_topic_properties(const Now& now, std::string_view name,
                                    TopicProperties properties);

  /// Calls `done`, once, with a producer id that was never given out and never will be again, also
  /// after a crash: at once, or when a new block of ids is stored.
  /// Errors: coordinator_load_in_progress when there is no space to store one (ask again);
  /// kafka_storage_error.
  void next_producer_id(const Now& now, ProducerIds::Done done);

  /// The logs with something new for those who wait for data or for an acknowledgement, since the
  /// last call and in the order in which it happened: the high watermark or the log start moved.
  std::vector<PartitionLog*> take_advanced() { return data_.take_advanced(); }

 private:
  Result<void> read_meta();
  Result<std::int64_t> first_producer_id();
  void raise_epochs();
  Result<void> check_running(const Now& now);
  void pass(const Now& now);
  void progress(const Now& now);
  void progress_start(const Now& now);
  void progress_adoption();
  void write_meta();
  void progress_stop(const Now& now);
  void progress_checkpoints(const Now& now);

  DataFolder data_;
  Checkpoints checkpoints_;
  TopicLogs topics_;
  LogCleaner cleaner_;
  ProducerIds producer_ids_;
  FolderMeta meta_;
  State state_ = State::created;
  StateFiles::Ticket start_ticket_ = 0;  // done: appends may begin
  bool recovered_is_flushed_ = false;    // or being flushed
  bool adopting_ = false;                // Apache Kafka's folder, which is not ours yet
  bool open_for_appends_ = false;
  std::optional<StateFiles::Ticket> stop_ticket_;  // done: the end was clean
  bool segments_to_remove_ = false;                // once the checkpoints are durable
  Instant now_{};                                  // of the last event
  std::optional<Instant> retry_at_;                // when there was no space
  Instant next_checkpoint_{};
  Instant next_retention_{};
};

}  // namespace barnabas::broker::storage
