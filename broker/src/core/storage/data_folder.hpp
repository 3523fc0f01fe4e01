#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/state_files.hpp"
#include "broker/src/core/storage/storage_config.hpp"
#include "broker/src/core/storage/sync_router.hpp"
#include "broker/src/core/storage/tail_cache.hpp"
#include "protocol/base/byte_buffer.hpp"
#include "protocol/base/deadline_queue.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/base/time.hpp"
#include "protocol/compression/decompressor.hpp"

#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace barnabas::broker::storage {

class PartitionLog;

/// What all logs of one data folder share: the disk, its health, workspaces, and what they report.
///
/// Health. A failed write, truncation or sync is the end: the folder cannot be trusted any more, so
/// nothing is written and no sync is asked for again (a second fsync may succeed although the
/// first one lost the data). A write without space is none if it could be taken back: appends are
/// refused until there is more space than the reserve.
/// Thread-safety: none.
class DataFolder {
 public:
  /// Lifetime: `disk` and `logger` outlive this.
  DataFolder(Disk& disk, const StorageConfig& config, Logger& logger);
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  Disk& disk() noexcept { return disk_; }
  const StorageConfig& config() const noexcept { return config_; }
  Logger& logger() noexcept { return logger_; }
  SyncRouter& syncs() noexcept { return syncs_; }
  StateFiles& state_files() noexcept { return state_files_; }
  const StateFiles& state_files() const noexcept { return state_files_; }
  TailCache& tail() noexcept { return tail_; }
  ByteBuffer& scratch() noexcept { return scratch_; }
  ByteBuffer& records_scratch() noexcept { return records_scratch_; }
  compression::Decompressor& decompressor() noexcept { return decompressor_; }

  /// Whether `bytes` may be appended now. Errors: kafka_storage_error saying why not.
  Result<void> admit(const Now& now, std::size_t bytes);
  /// Reports what a write, or anything else that changes the folder, ended in. Returns it as the
  /// kafka_storage_error that a client gets.
  Error change_failed(const Now& now, const Error& error);
  /// Reports a failed sync.
  void sync_failed(const Now& now, const Error& error);
  /// Refuses appends until `open_for_appends`: at the start, and from the shutdown on.
  void close_for_appends() noexcept { open_ = false; }
  void open_for_appends() noexcept { open_ = true; }
  /// Errors: kafka_storage_error once the folder failed.
  Result<void> check() const;
  /// Why the folder failed; no error while it has not.
  const Error& failure() const noexcept { return failure_; }
  bool failed() const noexcept { return !failure_.ok(); }

  /// `log` has something new for those who wait; it says so once until it is taken.
  void note_advanced(PartitionLog& log) { advanced_.push_back(&log); }
  std::vector<PartitionLog*> take_advanced();
  /// `log` is about to be destroyed.
  void forget(const PartitionLog& log);

  /// When logs want a flush because of flush.ms, by their number.
  DeadlineQueue<std::uint64_t>& flush_deadlines() noexcept { return flush_deadlines_; }
  const DeadlineQueue<std::uint64_t>& flush_deadlines() const noexcept { return flush_deadlines_; }
  std::uint64_t next_log_number() noexcept { return next_log_number_++; }
  /// The checkpoint files are to be written soon.
  void request_checkpoint() noexcept { checkpoint_requested_ = true; }
  bool take_checkpoint_request() noexcept;
  bool checkpoint_requested() const noexcept { return checkpoint_requested_; }

 private:
  void look_at_space(const Now& now);

  Disk& disk_;
  StorageConfig config_;
  Logger& logger_;
  SyncRouter syncs_;
  StateFiles state_files_;
  TailCache tail_;
  ByteBuffer scratch_;
  ByteBuffer records_scratch_;
  compression::Decompressor decompressor_;

  bool open_ = false;
  Error failure_;
  std::int64_t appendable_ = 0;  // bytes until the reserve is reached, as of the last look
  std::optional<Instant> looked_at_space_;

  std::vector<PartitionLog*> advanced_;
  DeadlineQueue<std::uint64_t> flush_deadlines_;
  std::uint64_t next_log_number_ = 1;
  bool checkpoint_requested_ = false;
};

}  // namespace barnabas::broker::storage
