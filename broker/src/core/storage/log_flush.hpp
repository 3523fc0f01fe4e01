#pragma once

#include "broker/src/core/storage/data_folder.hpp"
#include "broker/src/core/storage/segment_list.hpp"
#include "broker/src/core/storage/sync_router.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace barnabas::broker::storage {

/// Who is told that a flush succeeded.
class FlushListener {
 public:
  virtual void on_flushed(const Now& now) = 0;

 protected:
  ~FlushListener() = default;
};

/// How far one log is durable, and the one flush of it that may be under way: a sync of each
/// segment that has unsynced batches, of small files beside them, of the log's folder when names in
/// it are new, and of the data folder when the log's folder itself is.
/// Thread-safety: none.
class LogFlush final : public SyncOwner {
 public:
  /// Lifetime: all outlive this.
  LogFlush(DataFolder& data, const SegmentList& segments, FlushListener& listener)
      : data_(data), segments_(segments), listener_(listener) {}
  ~LogFlush();
  LogFlush(const LogFlush&) = delete;
  LogFlush& operator=(const LogFlush&) = delete;

  /// Everything below is durable.
  std::int64_t durable_offset() const noexcept { return durable_; }
  bool running() const noexcept { return pending_ > 0; }

  /// What is known at the start, or after a truncation.
  void reset(std::int64_t durable) noexcept;
  /// A file in the log's folder is new, or was removed.
  void names_changed() noexcept { names_changed_ = true; }
  /// An unclean end came before: no name in the log's folder is known to be durable, nor is its
  /// own.
  void names_in_doubt() noexcept { names_changed_ = folder_is_new_ = true; }
  /// The log's folder is new, with this file in it.
  void folder_created(FileId metadata);
  /// A small file of this name took another one's place; it is closed when it is durable.
  void file_replaced(std::string_view name, FileId file);

  /// Makes the log durable up to `end`, its present end. Does nothing while a flush is under way,
  /// when there is nothing to do, or when the data folder failed.
  void start(const Now& now, std::int64_t end);
  void on_synced(const Now& now, SyncId id, const Result<void>& result) override;

 private:
  using Files = std::map<std::string_view, FileId>;  // by name
  void close_all(Files& files);

  DataFolder& data_;
  const SegmentList& segments_;
  FlushListener& listener_;
  std::int64_t durable_ = 0;
  std::int64_t target_ = 0;
  std::size_t pending_ = 0;
  bool names_changed_ = false;
  bool folder_is_new_ = false;
  Files new_files_;      // for the next flush
  Files syncing_files_;  // in the present one
};

}  // namespace barnabas::broker::storage
