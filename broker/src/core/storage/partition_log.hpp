#pragma once

#include "broker/src/core/storage/leader_epochs.hpp"
#include "broker/src/core/storage/log_config.hpp"
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

/// A record's place and time.
struct TimestampOffset {
  Timestamp timestamp = -1;
  std::int64_t offset = -1;
  std::int32_t leader_epoch = -1;
  bool operator==(const TimestampOffset&) const = default;
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
class PartitionLog {
 public:
  PartitionLog(const PartitionLog&) = delete;
  PartitionLog& operator=(const PartitionLog&) = delete;
  ~PartitionLog();

  const TopicPartition& partition() const noexcept;
  const LogConfig& config() const noexcept;
  /// Why the partition is offline; no error when it is not.
  const Error& offline() const noexcept;

  /// Appends one batch. Requires: records::validate_batch accepted it, or it was built here.
  /// Errors: out_of_order_sequence_number, invalid_producer_epoch (see ProducerState);
  /// record_list_too_large when it is larger than a segment; corrupt_message when `bytes` are not
  /// one batch; kafka_storage_error when the disk failed or has less free space than the reserve.
  /// Nothing was written in all these cases, as far as readers can tell, now and after a restart.
  Result<Appended> append(const Now& now, const BatchBytes& batch, AppendOrigin origin);

  /// Whole batches from the one that contains `offset` on (it may begin below), at most `max_bytes`
  /// of them, but the first one even when it is larger. Ends early where a segment ends. Empty at
  /// the limit. Errors: offset_out_of_range below log_start_offset or above log_end_offset;
  /// kafka_storage_error.
  Result<LogRead> read(std::int64_t offset, std::size_t max_bytes, ReadUpTo limit);

  std::int64_t log_start_offset() const noexcept;
  std::int64_t high_watermark() const noexcept;
  std::int64_t last_stable_offset() const noexcept;
  std::int64_t log_end_offset() const noexcept;
  /// Everything below is known to be durable.
  std::int64_t durable_offset() const noexcept;
  /// Bytes in all segments.
  std::uint64_t size() const noexcept;

  /// The current leader epoch, which appended batches carry. It grows by one at an unclean start.
  std::int32_t leader_epoch() const noexcept;
  /// Starts a new epoch at the log's end. Requires: epoch > leader_epoch().
  Result<void> start_leader_epoch(const Now& now, std::int32_t epoch);
  /// The end of the largest epoch that is not above `epoch`.
  EpochEndOffset offset_for_leader_epoch(std::int32_t epoch) const;

  /// The first record whose timestamp is at least `timestamp`; nothing when all are older.
  Result<std::optional<TimestampOffset>> offset_for_timestamp(Timestamp timestamp);
  /// The first record with the largest timestamp (KIP-734); nothing in an empty log.
  Result<std::optional<TimestampOffset>> max_timestamp();

  /// Hides everything below `offset` (-1: the high watermark) and returns the new log start offset.
  /// Errors: offset_out_of_range above the high watermark; kafka_storage_error.
  Result<std::int64_t> delete_records(const Now& now, std::int64_t offset);
  /// Drops everything from `offset` on, with the batch that contains it: what a cluster does to a
  /// replica that had more than its new leader. Requires: log_start_offset() <= offset.
  Result<void> truncate(const Now& now, std::int64_t offset);
};

}  // namespace barnabas::broker::storage
