#pragma once

#include "broker/src/core/storage/loaded_log.hpp"
#include "broker/src/core/storage/log_config.hpp"
#include "protocol/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace barnabas::broker::storage {

/// What is known of a log before it is looked at.
struct LogToLoad {
  std::string folder;
  bool clean = false;                 ///< The folder was closed cleanly.
  std::int64_t recovery_point = 0;    ///< Everything below was durable once.
  std::int64_t log_start_offset = 0;  ///< Everything below was deleted.
  /// Gaps between batches are damage behind the recovery point; false for logs that were written
  /// by Apache Kafka, which may leave them.
  bool strict_offsets = true;
  std::int32_t index_interval_bytes = 4096;
  std::size_t max_producers = 100000;
};

/// Loads the log in a folder.
///
/// After a clean end only the last segment is looked at, and of that only what its indexes do not
/// cover; it has to end at the recovery point. Otherwise every batch from the segment with the
/// recovery point on is checked: structure, CRC, offsets that go on, leader epochs that do not fall
/// (which unmasks old bytes that came back after a truncation). From the first that is not sound
/// the log is cut off, if that lies behind the recovery point; damage before it is not the trace of
/// a crash, and the log goes offline untouched. A crash at any moment of it changes nothing about
/// the outcome of the next time.
LoadedLog load_log(Disk& disk, ByteBuffer& scratch, const Now& now, const LogToLoad& log);

/// Makes the first segment of a new log at `offset`, in an existing folder.
LoadedLog create_log(Disk& disk, const LogToLoad& log, std::int64_t offset);

}  // namespace barnabas::broker::storage
