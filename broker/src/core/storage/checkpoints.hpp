#pragma once

#include "broker/src/core/storage/checkpoint_text.hpp"
#include "broker/src/core/storage/log_set.hpp"
#include "broker/src/core/storage/state_files.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace barnabas::broker::storage {

/// The checkpoint files in the data folder: recovery points, log start offsets, high watermarks.
/// Thread-safety: none.
class Checkpoints {
 public:
  /// Lifetime: all outlive this.
  Checkpoints(Disk& disk, StateFiles& files) : disk_(disk), files_(files) {}

  /// Reads what there is. A file that cannot be read counts as empty: more is scanned then.
  /// Returns whether all could. Errors: of the disk.
  Result<bool> load();
  std::int64_t recovery_point(const TopicPartition& partition) const;
  /// As written last: durable once `durable`.
  std::int64_t log_start(const TopicPartition& partition) const;
  /// Whether the files may say something of partitions of `topic`, also of an earlier topic of
  /// that name.
  bool mention(std::string_view topic) const;

  /// Writes what has changed.
  void write(const LogSet& logs);
  /// Whether what was written is durable, or nothing ever was.
  bool durable() const noexcept { return files_.done(ticket_); }

 private:
  Result<bool> load(std::string_view name, OffsetCheckpoint& offsets);
  void write(std::string_view name, const OffsetCheckpoint& offsets);

  Disk& disk_;
  StateFiles& files_;
  OffsetCheckpoint recovery_points_;
  OffsetCheckpoint log_starts_;
  std::map<std::string_view, std::string> written_;  // the content of each file
  StateFiles::Ticket ticket_ = 0;
};

}  // namespace barnabas::broker::storage
