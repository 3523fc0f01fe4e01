#pragma once

#include <barnabas/partition_info.hpp>
#include <barnabas/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace barnabas {

/// One broker of a cluster.
struct BrokerInfo {
  std::int32_t id = -1;
  std::string host;
  std::uint16_t port = 0;
  std::optional<std::string> rack;

  BrokerInfo() = default;
};

struct ClusterDescription {
  std::string cluster_id;
  std::int32_t controller = -1;  ///< -1: none, or not told. Under KRaft some broker that forwards.
  std::vector<BrokerInfo> brokers;  ///< By id.

  ClusterDescription() = default;
};

/// A topic by its name and little more.
struct TopicListing {
  std::string name;
  Uuid id;  ///< Zero when the broker is too old to tell.
  bool internal = false;
  std::int32_t partitions = 0;

  TopicListing() = default;
};

struct TopicDescription {
  std::string name;
  Uuid id;  ///< Zero when the broker is too old to tell.
  bool internal = false;
  std::vector<PartitionInfo> partitions;  ///< By number.

  TopicDescription() = default;
};

}  // namespace barnabas
