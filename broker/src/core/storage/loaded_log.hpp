#pragma once

#include "broker/src/core/storage/leader_epochs.hpp"
#include "broker/src/core/storage/producer_snapshots.hpp"
#include "broker/src/core/storage/producer_state.hpp"
#include "broker/src/core/storage/segment_list.hpp"

#include <barnabas/error.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::broker::storage {

/// A log as it was found on the disk, or a new one.
struct LoadedLog {
  LoadedLog(Disk& disk, const std::string& folder, std::size_t max_producers)
      : segments(disk, folder), producers(max_producers), snapshots(disk, folder) {}

  SegmentList segments;  ///< The last one is open for appending.
  LeaderEpochs epochs;
  ProducerState producers;
  ProducerSnapshots snapshots;
  /// Segments in .swap files, which compaction left when it was cut off (LogCompaction).
  std::vector<std::int64_t> swapped;
  std::int64_t log_start_offset = 0;
  std::int64_t log_end_offset = 0;
  std::int64_t durable_offset = 0;    ///< Everything below is known to be durable.
  bool clean = true;                  ///< It was closed cleanly, or is new.
  bool epochs_stored = true;          ///< The file of the epochs says what `epochs` says.
  std::uint64_t truncated_bytes = 0;  ///< What was cut off because it was not whole.
  /// Why the log cannot be used: then the above is worthless and its files are as they were.
  Error offline;
};

}  // namespace barnabas::broker::storage
