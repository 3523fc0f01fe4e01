#pragma once

#include "protocol/base/time.hpp"

#include <cstdint>
#include <string>

namespace barnabas::broker {

/// What a group has committed for one partition.
struct CommittedOffset {
  std::int64_t offset = -1;        ///< The next record to read.
  std::int32_t leader_epoch = -1;  ///< Of the last record read; -1 when unknown.
  std::string metadata;
  Timestamp commit_timestamp = -1;

  friend bool operator==(const CommittedOffset&, const CommittedOffset&) = default;
};

}  // namespace barnabas::broker
