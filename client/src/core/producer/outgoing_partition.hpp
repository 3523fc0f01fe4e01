#pragma once

#include "client/src/core/cluster/request.hpp"
#include "client/src/core/producer/partition_queue.hpp"
#include "client/src/core/producer/partition_sender.hpp"
#include "client/src/core/producer/producer_topic.hpp"
#include "protocol/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace barnabas::client {

/// A partition as the engine sees it: its queue, its order, and where it stands in line.
struct OutgoingPartition {
  OutgoingPartition(PartitionQueue& partition_queue, const PartitionSender::Options& options,
                    CompressorPool& compressors, Random& random)
      : queue(partition_queue), sender(options, compressors, random) {}

  PartitionQueue& queue;
  PartitionSender sender;
  NodeId leader = no_node;     ///< As of the last look at the metadata.
  NodeId listed_at = no_node;  ///< The node in whose line it stands, with this ticket.
  std::uint64_t ticket = 0;
  std::optional<Instant> waiting;  ///< Since when it has stood in line without being served.

  /// "orders[3]".
  std::string name() const {
    return queue.topic().name() + "[" + std::to_string(queue.partition()) + "]";
  }
};

}  // namespace barnabas::client
