#pragma once

#include "broker/src/core/storage/index_file.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace barnabas::broker::storage {

/// Where in a segment a batch begins, under the offset of its last record.
struct IndexedPosition {
  std::int64_t offset = 0;
  std::uint32_t position = 0;
  bool operator==(const IndexedPosition&) const = default;
};

/// A segment's .index: positions of some batches. Entries of 8 bytes: uint32 offset relative to the
/// segment's base offset, uint32 position.
/// Thread-safety: none.
class OffsetIndex {
 public:
  static constexpr std::size_t entry_size = 8;

  /// Empty and in memory.
  OffsetIndex(Disk& disk, std::string path, std::int64_t base_offset)
      : file_(disk, std::move(path), entry_size), base_offset_(base_offset) {}

  /// Requires: both larger than those added before, and in memory.
  void add(std::int64_t offset, std::uint32_t position);
  /// The last entry whose offset is not above `offset`; without one the segment's begin.
  Result<IndexedPosition> lookup(std::int64_t offset);
  /// The last entry whose offset is below `offset` and whose position is below `position`; without
  /// one the segment's begin.
  Result<IndexedPosition> lookup_before(std::int64_t offset, std::uint64_t position);
  /// Nothing when empty.
  Result<std::optional<IndexedPosition>> last();

  /// Whether the file fits a segment of `log_size` bytes. Errors: malformed_message when it does
  /// not: then it is to be made anew.
  Result<void> check(std::uint64_t log_size);

  IndexFile& file() noexcept { return file_; }

 private:
  template <class Predicate>
  Result<IndexedPosition> last_that(Predicate holds);
  IndexedPosition decode(std::span<const std::byte> entry) const;

  IndexFile file_;
  std::int64_t base_offset_;
};

}  // namespace barnabas::broker::storage
