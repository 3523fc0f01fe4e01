#pragma once

#include "broker/src/core/storage/log_config.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/uuid.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>

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
  /// How long compaction rests when nothing has to be compacted [log.cleaner.backoff.ms].
  Duration cleaner_backoff = std::chrono::seconds(15);
  /// Memory for the keys of the log that is being compacted [log.cleaner.dedupe.buffer.size].
  std::size_t cleaner_buffer_bytes = std::size_t{128} << 20;
  /// [log.cleaner.enable]
  bool cleaner_enabled = true;
  /// An idle producer is forgotten after this [producer.id.expiration.ms].
  std::int64_t producer_id_expiration_ms = std::int64_t{24} * 3600 * 1000;
  /// The least recently active producers of a partition beyond this number are forgotten
  /// [barnabas.max.producers.per.partition].
  std::size_t max_producers_per_partition = 100000;
  std::int32_t node_id = 1;  ///< [node.id], written into a new folder.
  Uuid new_cluster_id;       ///< Written into a new folder; an existing one keeps its own.
};

}  // namespace barnabas::broker::storage
