#include "broker/src/handlers/partition_access.hpp"

namespace barnabas::broker {

PartitionAccess access_partition(const Topic* topic, std::int32_t index, NodeId node,
                                 std::int32_t leader_epoch) {
  const Partition* partition = topic ? topic->find(index) : nullptr;
  if (!partition) return {ErrorCode::unknown_topic_or_partition, nullptr};
  if (!partition->log->offline().ok()) return {ErrorCode::kafka_storage_error, partition};
  const std::int32_t current = partition->log->leader_epoch();
  if (leader_epoch >= 0 && leader_epoch < current) {
    return {ErrorCode::fenced_leader_epoch, partition};
  }
  if (leader_epoch > current) return {ErrorCode::unknown_leader_epoch, partition};
  if (partition->leader != node) return {ErrorCode::not_leader_or_follower, partition};
  return {ErrorCode::none, partition};
}

bool tells_leader(ErrorCode error) noexcept {
  return error == ErrorCode::not_leader_or_follower || error == ErrorCode::fenced_leader_epoch;
}

}  // namespace barnabas::broker
