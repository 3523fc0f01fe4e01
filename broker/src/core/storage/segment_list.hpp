#pragma once

#include "broker/src/core/storage/log_read.hpp"
#include "broker/src/core/storage/segment.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas::broker::storage {

/// The segments of a log in the order of their offsets; the last one is open.
/// Thread-safety: none.
class SegmentList {
 public:
  using Segments = std::map<std::int64_t, std::unique_ptr<Segment>>;

  SegmentList(Disk& disk, std::string folder) : disk_(&disk), folder_(std::move(folder)) {}

  /// Adds a segment, which nothing has been done to. Requires: none has that base offset.
  Segment& add(std::int64_t base_offset, std::int32_t index_interval);
  /// Takes the segment out and removes its files.
  void remove(std::int64_t base_offset);
  /// Puts the file with `suffix` behind its name, of `size` bytes, in the place of a closed
  /// segment, whose own file stays. Requires: there is a segment of that base offset.
  Segment& replace(std::int64_t base_offset, std::int32_t index_interval, std::string_view suffix,
                   std::uint64_t size);
  /// Takes out a segment whose file could not be made.
  void forget(std::int64_t base_offset) { segments_.erase(base_offset); }

  const Segments& all() const noexcept { return segments_; }
  bool empty() const noexcept { return segments_.empty(); }
  Segment& first() const { return *segments_.begin()->second; }
  /// The open one. Requires: not empty.
  Segment& last() const { return *segments_.rbegin()->second; }
  /// Where `segment` ends: the base offset of the next, or `log_end`.
  std::int64_t end_of(const Segment& segment, std::int64_t log_end) const;
  /// The segment that holds `offset`, or would: the last that does not begin behind it, or the
  /// first.
  Segments::const_iterator holding(std::int64_t offset) const;
  /// Bytes in all of them.
  std::uint64_t size() const;

  /// As PartitionLog::read, of batches that begin before `end`.
  Result<LogRead> read(std::int64_t offset, std::int64_t end, std::size_t max_bytes, ReadTo to,
                       ByteBuffer& scratch) const;

  const std::string& folder() const noexcept { return folder_; }

 private:
  Result<std::optional<LogRead>> range_at(Segment& segment, const LocatedBatch& batch,
                                          std::int64_t end, std::size_t max_bytes,
                                          ByteBuffer& scratch) const;
  Result<LogRead> read_at(Segment& segment, const LocatedBatch& batch, std::int64_t end,
                          std::size_t max_bytes) const;

  Disk* disk_;
  std::string folder_;
  Segments segments_;
};

}  // namespace barnabas::broker::storage
