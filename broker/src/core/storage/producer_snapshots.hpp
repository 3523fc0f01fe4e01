#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/producer_state.hpp"
#include "broker/src/core/storage/segment_list.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <set>
#include <string>

namespace barnabas::broker::storage {

/// The .snapshot files of a log. They spare a start from reading the log from its beginning, and
/// are caches: a damaged one is removed and an earlier one, or the log itself, takes its place.
/// Thread-safety: none.
class ProducerSnapshots {
 public:
  ProducerSnapshots(Disk& disk, std::string folder) : disk_(&disk), folder_(std::move(folder)) {}

  /// A file that was found.
  void found(std::int64_t offset) { offsets_.insert(offset); }
  const std::set<std::int64_t>& offsets() const noexcept { return offsets_; }

  /// Writes the state as of `offset`. Errors: of the disk; then there is no such file.
  Result<void> write(std::int64_t offset, const ProducerState& state);
  /// Loads the last sound one not behind `offset` into `state` and returns its offset; without one
  /// `state` is empty and the answer `log_start`.
  Result<std::int64_t> load(std::int64_t offset, std::int64_t log_start, ProducerState& state,
                            Instant now);
  /// Removes those behind `offset`.
  void remove_behind(std::int64_t offset);
  /// Removes those that no start will look at any more: all below the second to last, and all
  /// before `log_start`.
  void prune(std::int64_t log_start);

 private:
  std::string path(std::int64_t offset) const;
  void remove(std::int64_t offset);

  Disk* disk_;
  std::string folder_;
  std::set<std::int64_t> offsets_;
};

/// Brings `state` forward by the batches from `offset` to `end`; reads and checks all of those that
/// have a producer id. Errors: of the disk, or corrupt_message where a segment is damaged.
Result<void> replay_producers(Disk& disk, const SegmentList& segments, std::int64_t offset,
                              std::int64_t end, ByteBuffer& scratch, ProducerState& state,
                              Instant now);

/// Takes note of one batch that lies in the log. Errors: as RecordReader's, for a marker.
Result<void> replay_batch(const records::BatchHeader& header, BytesView batch, ProducerState& state,
                          Instant now);

}  // namespace barnabas::broker::storage
