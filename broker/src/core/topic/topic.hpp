#pragma once

#include "broker/src/core/config/broker_settings.hpp"
#include "broker/src/core/storage/log_manager.hpp"
#include "broker/src/core/topic/topic_config.hpp"

#include <barnabas/uuid.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::broker {

/// One partition: its log, and which node leads it. The leader epoch is the log's.
struct Partition {
  storage::PartitionLog* log = nullptr;
  NodeId leader = no_node;
};

/// One topic.
struct Topic {
  std::string name;
  Uuid id;
  bool internal = false;
  storage::TopicProperties properties;  ///< What was set for this topic.
  TopicConfig config;                   ///< The same put over the broker's defaults.
  std::vector<Partition> partitions;    ///< By index.

  /// Null when there is no such partition.
  const Partition* find(std::int32_t index) const noexcept {
    if (index < 0 || static_cast<std::size_t>(index) >= partitions.size()) return nullptr;
    return &partitions[static_cast<std::size_t>(index)];
  }
};

}  // namespace barnabas::broker
