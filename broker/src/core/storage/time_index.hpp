#pragma once

#include "broker/src/core/storage/index_file.hpp"
#include "protocol/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace barnabas::broker::storage {

/// A timestamp that was the largest so far, and the last offset of the batch that brought it: no
/// record up to that offset is newer.
struct IndexedTime {
  Timestamp timestamp = -1;
  std::int64_t offset = 0;
  bool operator==(const IndexedTime&) const = default;
};

/// A segment's .timeindex. Entries of 12 bytes: int64 timestamp, uint32 offset relative to the
/// segment's base offset; both grow. Once the segment is closed the last entry holds its largest
/// timestamp.
/// Thread-safety: none.
class TimeIndex {
 public:
  static constexpr std::size_t entry_size = 12;

  /// Empty and in memory.
  TimeIndex(Disk& disk, std::string path, std::int64_t base_offset)
      : file_(disk, std::move(path), entry_size), base_offset_(base_offset) {}

  /// Adds an entry, unless its timestamp is not above the last one's. Requires: in memory.
  void add(const IndexedTime& time);
  /// The last entry whose timestamp is below `timestamp`: what is sought lies behind its offset.
  /// Nothing when there is none.
  Result<std::optional<IndexedTime>> lookup_before(Timestamp timestamp);
  /// Nothing when empty.
  Result<std::optional<IndexedTime>> last();

  /// Whether the file can be that of its segment. Errors: malformed_message when it cannot.
  Result<void> check();

  IndexFile& file() noexcept { return file_; }

 private:
  Result<std::optional<IndexedTime>> entry_before(std::size_t count);
  IndexedTime decode(std::span<const std::byte> entry) const;

  IndexFile file_;
  std::int64_t base_offset_;
};

}  // namespace barnabas::broker::storage
