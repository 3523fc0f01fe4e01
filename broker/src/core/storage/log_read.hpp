#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace barnabas::broker::storage {

/// Up to where a reader may see.
enum class ReadUpTo : std::uint8_t {
  log_end,         ///< Everything appended: for replay by coordinators.
  high_watermark,  ///< What the fsync policy calls stored.
  last_stable      ///< Also no batch at or behind the first open transaction.
};

/// Adjoining bytes of a log that lie in memory. They are shared, never copied and never change.
struct LogPiece {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;  ///< Keeps `bytes` alive.
};

/// What a read found: whole batches, one after the other over the pieces. A batch may not cross
/// from one piece into the next.
struct LogRead {
  std::vector<LogPiece> pieces;
  std::size_t size = 0;          ///< Bytes in all pieces.
  std::int64_t next_offset = 0;  ///< Where the next read goes on; the offset asked for when empty.
};

}  // namespace barnabas::broker::storage
