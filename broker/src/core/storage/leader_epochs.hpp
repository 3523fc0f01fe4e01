#pragma once

#include "broker/src/core/storage/checkpoint_text.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace barnabas::broker::storage {

/// Where a leader epoch ended (KIP-101, KIP-320); -1, -1 when unknown.
struct EpochEndOffset {
  std::int32_t leader_epoch = -1;
  std::int64_t end_offset = -1;
  bool operator==(const EpochEndOffset&) const = default;
};

/// The history of a partition's leader epochs: epochs and their start offsets, both growing. The
/// last may begin at the log's end and have no batch yet.
/// Thread-safety: none.
class LeaderEpochs {
 public:
  LeaderEpochs() = default;
  /// Entries that do not grow end the list.
  explicit LeaderEpochs(std::span<const EpochStart> entries);

  std::span<const EpochStart> entries() const noexcept { return entries_; }
  /// The current epoch; nothing in an empty history.
  std::optional<std::int32_t> latest() const noexcept;
  /// The epoch of the batch at `offset`; -1 when unknown.
  std::int32_t epoch_at(std::int64_t offset) const noexcept;

  /// Starts `epoch` at `offset`, unless it is not newer than the latest. Later starts give way: an
  /// epoch that began at `offset` or behind it had no batch. Returns whether anything changed.
  bool start(std::int32_t epoch, std::int64_t offset);
  /// Forgets epochs that begin at `end` or behind it. Returns whether anything changed.
  bool truncate_end(std::int64_t end);
  /// Forgets epochs that ended at `start` or before it; the one at `start` begins there now.
  bool truncate_start(std::int64_t start);

  /// The largest known epoch not above `epoch`, and where it ended; the latest ends at
  /// `log_end`. For an epoch above the latest, or in an empty history: -1, -1.
  EpochEndOffset end_offset(std::int32_t epoch, std::int64_t log_end) const;

  bool operator==(const LeaderEpochs&) const = default;

 private:
  std::vector<EpochStart> entries_;
};

}  // namespace barnabas::broker::storage
