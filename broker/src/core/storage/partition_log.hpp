#pragma once

#include "broker/src/core/storage/compaction_plan.hpp"
#include "broker/src/core/storage/data_folder.hpp"
#include "broker/src/core/storage/leader_epochs.hpp"
#include "broker/src/core/storage/loaded_log.hpp"
#include "broker/src/core/storage/log_compaction.hpp"
#include "broker/src/core/storage/log_config.hpp"
#include "broker/src/core/storage/log_flush.hpp"
#include "broker/src/core/storage/log_lookup.hpp"
#include "broker/src/core/storage/log_read.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>
#include <barnabas/uuid.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace barnabas::broker::storage {

/// Who wrote a batch.
enum class AppendOrigin : std::uint8_t {
  client,      ///< Produced: sequence numbers are checked.
  coordinator  ///< Written by the broker itself: offsets, groups, transaction markers.
};

/// One whole batch as it came in. The log writes its offset and leader epoch (and with
/// LogAppendTime the timestamp) into `bytes`.
struct BatchBytes {
  std::span<std::byte> bytes;
  /// Keeps `bytes` alive; the log may hold on to it to serve readers, and the bytes must not be
  /// changed any more then. Null: the log copies what it wants to keep.
  std::shared_ptr<const void> owner;
};

/// Where a batch ended up.
struct Appended {
  std::int64_t base_offset = 0;
  std::int64_t last_offset = 0;
  Timestamp append_time = -1;  ///< With LogAppendTime, else -1.
  std::int32_t leader_epoch = 0;
  /// A retry of a batch that is already in the log, at the offsets above; nothing was written.
  bool duplicate = false;
};

/// The log of one partition: a row of segments in Kafka's own format, their indexes, the state of
/// idempotent producers, and the history of leader epochs.
///
/// Offsets: log_start_offset <= high_watermark <= log_end_offset. Readers see what is below the
/// high watermark. With barnabas.fsync=always that is what is durable, otherwise all that was
/// appended. To acknowledge an append wait until high_watermark() > last_offset; LogManager tells
/// which logs moved on.
///
/// A partition is offline when its data is damaged below what was known to be durable, or cannot be
/// read at all: every call then fails with kafka_storage_error saying why, and its files are left
/// alone. After a failed write or fsync the whole data folder refuses appends (LogManager).
///
/// Thread-safety: none. Lifetime: owned by the LogManager until the topic is deleted.
class PartitionLog final : public FlushListener {
 public:
  /// Lifetime: `data` outlives the log.
  PartitionLog(DataFolder& data, TopicPartition partition, LogConfig config, LoadedLog loaded);
  ~PartitionLog();
  PartitionLog(const PartitionLog&) = delete;
  PartitionLog& operator=(const PartitionLog&) = delete;

  const TopicPartition& partition() const noexcept { return partition_; }
  const LogConfig& config() const noexcept { return config_; }
  /// Why the partition is offline; no error when it is not.
  const Error& offline() const noexcept { return offline_; }

  /// Appends one batch. Requires: records::validate_batch accepted it, or it was built here.
  /// Errors: out_of_order_sequence_number, invalid_producer_epoch, invalid_txn_state (see
  /// ProducerState); record_list_too_large when it is larger than a segment; corrupt_message when
  /// `bytes` are not one batch; kafka_storage_error when the disk failed or has less free space
  /// than the reserve. Nothing was appended then; only after an error of the disk itself, which
  /// ends all appending, the batch may be found after a restart.
  Result<Appended> append(const Now& now, const BatchBytes& batch, AppendOrigin origin);

  /// Whole batches from the one that contains `offset` on (it may begin below), at most `max_bytes`
  /// of them, but the first one even when it is larger. Ends early where a segment ends. Empty at
  /// the limit. Errors: offset_out_of_range below log_start_offset or above log_end_offset;
  /// kafka_storage_error.
  Result<LogRead> read(std::int64_t offset, std::size_t max_bytes, ReadUpTo limit,
                       ReadTo to = ReadTo::look);

  std::int64_t log_start_offset() const noexcept { return log_start_; }
  std::int64_t high_watermark() const noexcept;
  std::int64_t last_stable_offset() const noexcept;
  std::int64_t log_end_offset() const noexcept { return log_end_; }
  /// Everything below is known to be durable.
  std::int64_t durable_offset() const noexcept { return flush_.durable_offset(); }
  /// Bytes in all segments.
  std::uint64_t size() const noexcept { return segments_.size(); }

  /// The current leader epoch, which appended batches carry. It grows at an unclean start.
  std::int32_t leader_epoch() const noexcept { return epochs_.latest().value_or(0); }
  /// Starts a new epoch at the log's end. Requires: epoch > leader_epoch().
  Result<void> start_leader_epoch(const Now& now, std::int32_t epoch);
  /// The end of the largest epoch that is not above `epoch`.
  EpochEndOffset offset_for_leader_epoch(std::int32_t epoch) const;

  /// The first record whose timestamp is at least `timestamp`; nothing when all below the high
  /// watermark are older.
  Result<std::optional<TimestampOffset>> offset_for_timestamp(Timestamp timestamp);
  /// The first record with the largest timestamp (KIP-734); nothing when there is none
  /// below the high watermark.
  Result<std::optional<TimestampOffset>> max_timestamp();

  /// Hides everything below `offset` (-1: the high watermark) and returns the new log start offset.
  /// Errors: offset_out_of_range above the high watermark; kafka_storage_error.
  Result<std::int64_t> delete_records(const Now& now, std::int64_t offset);
  /// Drops everything from `offset` on, with the batch that contains it: what a cluster does to a
  /// replica that had more than its new leader. A power loss right behind it can leave the log
  /// offline. Requires: log_start_offset() <= offset.
  Result<void> truncate(const Now& now, std::int64_t offset);

  // What follows is for the LogManager.

  /// Names the log in DataFolder::flush_deadlines.
  std::uint64_t number() const noexcept { return number_; }
  void set_config(LogConfig config) { config_ = std::move(config); }
  /// Whether the log was closed cleanly before it was loaded, or is new.
  bool was_clean() const noexcept { return was_clean_; }
  const ProducerState& producers() const noexcept { return producers_; }
  const SegmentList& segments() const noexcept { return segments_; }
  /// The log counts as durable only from `registered` on: its topic is not yet known for good.
  void await_registration() noexcept { registered_ = false; }
  void registered();
  /// See LogFlush.
  void names_in_doubt() noexcept { flush_.names_in_doubt(); }
  /// The folder and its file with the topic's id are new.
  void folder_created(FileId metadata) noexcept { flush_.folder_created(metadata); }

  /// Goes on with `epoch`, which is newer than all known ones, after an unclean end. The file
  /// follows with the next append.
  void raise_leader_epoch(std::int32_t epoch);
  /// Makes all that was appended durable, unless the policy is `never`.
  void flush(const Now& now);
  /// As `flush`, whatever the policy.
  void make_durable(const Now& now);
  /// Deletes what retention says, as far as offsets go; files follow with `remove_segments`.
  void enforce_retention(const Now& now);
  void expire_producers(const Now& now);
  /// Removes segments that lie below `log_start`, which is durable as the log's start.
  void remove_segments(const Now& now, std::int64_t log_start);
  /// What compaction may take on, with a recovery point that is durable; nothing is due when the
  /// topic is not compacted. Sees to it that more becomes durable where that holds it up.
  CompactionPlan plan_compaction(const Now& now, std::int64_t recovery_point);
  /// Requires: `plan` is due and of now.
  void start_compaction(const CompactionPlan& plan);
  LogCompaction& compaction() noexcept { return compaction_; }
  const LogCompaction& compaction() const noexcept { return compaction_; }
  /// Writes what the next start wants to find after a clean end, and makes everything durable.
  /// Closed when `closed`.
  void close(const Now& now);
  bool closed() const noexcept;
  /// Whether the next start may believe what it finds: a log that is offline was never recovered,
  /// and without space the leader epochs that clients were told are not stored. Requires: closed.
  bool ended_cleanly() const noexcept { return offline_.ok() && epochs_stored_; }
  void on_flushed(const Now& now) override;
  void advance_taken() noexcept { noted_ = false; }

 private:
  Error unusable() const { return Error(ErrorCode::kafka_storage_error, offline_.context()); }
  Appended repeated(const ProducedBatch& batch) const;
  Result<void> prepare_append(const Now& now, const records::BatchHeader& header);
  bool beginning_is_in_doubt() const;
  bool must_roll(const Now& now, const records::BatchHeader& header) const;
  Result<void> roll(const Now& now);
  void appended(const Now& now, const records::BatchHeader& header, const BatchBytes& batch);
  void plan_flush(const Now& now);
  void note_advanced();
  void write_epochs(const Now& now);
  void set_log_start(const Now& now, std::int64_t offset);
  LogLookup lookup();
  Result<std::optional<TimestampOffset>> visible(
      Result<std::optional<TimestampOffset>> found) const;
  std::int64_t end_for(ReadUpTo limit) const noexcept;
  Result<void> reload_producers(const Now& now);
  Error read_failed(const Error& error) const;

  DataFolder& data_;
  TopicPartition partition_;
  LogConfig config_;
  std::uint64_t number_;
  TailCache::LogId tail_id_;
  Error offline_;

  SegmentList segments_;
  LeaderEpochs epochs_;
  bool epochs_stored_;
  ProducerState producers_;
  ProducerSnapshots snapshots_;
  LogFlush flush_;
  LogCompaction compaction_;

  std::int64_t log_start_;
  std::int64_t log_end_;
  std::int64_t last_high_watermark_ = 0;
  bool was_clean_;
  bool registered_ = true;
  bool closing_ = false;
  bool changed_ = true;                  // since the files that `close` writes were written
  bool checkpoint_after_flush_ = false;  // a segment was closed
  bool noted_ = false;
};

}  // namespace barnabas::broker::storage
