#pragma once

#include <cstdint>

namespace barnabas::client {

/// A place in a partition: the offset of the next record, and the leader epoch of the one before
/// it, -1 when that is not known.
struct Position {
  std::int64_t offset = 0;
  std::int32_t epoch = -1;

  friend bool operator==(const Position&, const Position&) = default;
};

}  // namespace barnabas::client
