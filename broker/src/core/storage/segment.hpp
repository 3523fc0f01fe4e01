#pragma once

#include "broker/src/core/storage/batch_extent.hpp"
#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/offset_index.hpp"
#include "broker/src/core/storage/time_index.hpp"
#include "protocol/base/byte_buffer.hpp"
#include "protocol/base/time.hpp"
#include "protocol/records/batch_header.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace barnabas::broker::storage {

/// A batch in a segment.
struct LocatedBatch {
  std::uint64_t position = 0;
  records::BatchHeader header;
};

/// A run of batches in one .log file, with its .index and .timeindex. The last segment of a log is
/// open: it grows, and its indexes are in memory. The others are closed.
///
/// Indexes are made as Kafka makes them: an entry for a batch when more than
/// index.interval.bytes lie between it and the last batch that has one.
/// Thread-safety: none.
class Segment {
 public:
  /// Touches nothing on the disk. `index_interval`: index.interval.bytes.
  Segment(Disk& disk, const std::string& folder, std::int64_t base_offset,
          std::int32_t index_interval);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  /// Makes the file, empty, for an open segment.
  Result<void> create();
  /// Takes over a file of `size` bytes as a closed segment. Its indexes are looked at when they are
  /// needed, and made anew when they are missing or wrong.
  void attach(std::uint64_t size) noexcept;
  /// Opens a segment for appending that was left with its indexes, and returns where it ends.
  /// Errors: malformed_message or corrupt_message when it is not as it was left; of the disk.
  Result<std::int64_t> reopen(ByteBuffer& scratch);
  /// Opens a segment for appending, with indexes made from its batches: `index` every one of them
  /// from the first on, then `reopened` with their end.
  void start_reopening() noexcept;
  void index(const records::BatchHeader& batch, std::uint64_t position);
  /// Cuts off what lies behind `size`, when that is not the end of the file.
  Result<void> reopened(std::uint64_t size);

  std::int64_t base_offset() const noexcept { return base_offset_; }
  std::uint64_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  const std::string& path() const noexcept { return path_; }
  /// The file, for reading and for syncs.
  Result<FileId> file();

  /// Writes a batch at the end. Requires: open; header.base_offset is behind all that is in here
  /// and fits 32 bits relative to base_offset. Errors: disk_full when the file is as before;
  /// io_error when it may not be.
  Result<void> append(const records::BatchHeader& header, BytesView batch);
  /// The timestamp of the first batch, from which the age of an open segment counts.
  std::optional<Timestamp> first_timestamp() const noexcept { return first_timestamp_; }

  /// Writes the indexes and closes the segment. Without space for them they are kept in memory.
  Result<void> close_for_appends();
  /// Writes the indexes of an open segment, which stays open.
  Result<void> store_indexes();

  /// The first batch that ends at `offset` or behind it; nothing when all end before.
  Result<std::optional<LocatedBatch>> locate(std::int64_t offset, ByteBuffer& scratch);
  /// The same, of those with a record not older than `timestamp`.
  Result<std::optional<LocatedBatch>> locate_time(Timestamp timestamp, std::int64_t offset,
                                                  ByteBuffer& scratch);
  /// The largest timestamp and the last offset of the first batch that has it; nothing when empty.
  Result<std::optional<IndexedTime>> newest(ByteBuffer& scratch);
  /// The batches from `first` on that begin before `end`, at most `max_bytes` of them, but `first`
  /// in any case; by the index and a few headers. Requires: `first` was located.
  Result<BatchRun> run_from(const LocatedBatch& first, std::int64_t end, std::size_t max_bytes,
                            ByteBuffer& scratch);
  /// Reads up to `into.size()` bytes at `position`.
  Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into);

  /// Gives the log's file another path. Requires: nothing has the file open but this segment.
  Result<void> rename(std::string path);
  /// Takes over the file `path`, which has another name than the segment's, as a closed segment of
  /// `size` bytes. The indexes are made anew.
  void attach_at(std::string path, std::uint64_t size) noexcept;
  /// Lets go of the files; the indexes are removed, the log stays.
  void abandon();
  /// Removes the files, the log in the background. Nothing else may be called then.
  void remove();

 private:
  void remove_indexes();
  Result<void> prepare_indexes(ByteBuffer& scratch);
  Result<void> rebuild_indexes(ByteBuffer& scratch);
  Result<std::optional<LocatedBatch>> find(std::int64_t offset, Timestamp timestamp,
                                           ByteBuffer& scratch);

  Disk& disk_;
  std::string path_;
  std::int64_t base_offset_;
  std::uint64_t index_interval_;
  std::optional<FileId> file_;
  std::uint64_t size_ = 0;

  OffsetIndex offsets_;
  TimeIndex times_;
  bool indexes_ready_ = true;
  bool indexes_rebuilt_ = false;
  std::uint64_t bytes_since_entry_ = 0;
  IndexedTime newest_;
  std::optional<Timestamp> first_timestamp_;
};

}  // namespace barnabas::broker::storage
