#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas {

/// One partition as the cluster's metadata describes it.
/// Thread-safety: a value.
struct PartitionInfo {
  std::string topic;
  std::int32_t partition = 0;
  std::int32_t leader = -1;  ///< The leader's node id; -1 while there is none.
  std::int32_t leader_epoch = -1;
  std::vector<std::int32_t> replicas;
  std::vector<std::int32_t> in_sync_replicas;

  PartitionInfo() = default;

  friend bool operator==(const PartitionInfo&, const PartitionInfo&) = default;
};

}  // namespace barnabas
