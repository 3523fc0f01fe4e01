#pragma once

#include "protocol/wire/file_range.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace barnabas::broker::storage {

/// Up to where a reader may see.
enum class ReadUpTo : std::uint8_t {
  log_end,         ///< Everything appended: for replay by coordinators.
  high_watermark,  ///< What the fsync policy calls stored.
  last_stable      ///< Also no batch at or behind the first open transaction.
};

/// What a read is for.
enum class ReadTo : std::uint8_t {
  look,  ///< Bytes in memory.
  send   ///< A range of a file will do where the disk has such.
};

/// Adjoining bytes of a log that lie in memory. They are shared, never copied and never change.
struct LogPiece {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;  ///< Keeps `bytes` alive.
};

/// What a read found: whole batches, one after the other over the pieces, or in a range of a file.
/// A batch may not cross from one piece into the next.
struct LogRead {
  std::vector<LogPiece> pieces;
  std::optional<wire::FileRange> range;  ///< Instead of pieces.
  std::size_t size = 0;                  ///< Bytes in all pieces, or in the range.
  std::int64_t next_offset = 0;  ///< Where the next read goes on; the offset asked for when empty.
};

}  // namespace barnabas::broker::storage
