#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/partition_access.hpp"
#include "protocol/messages/offset_for_leader_epoch.hpp"

#include <string>

namespace barnabas::broker {
namespace {

using protocol::OffsetForLeaderEpochRequest;
using protocol::OffsetForLeaderEpochResponse;

void handle(const OffsetForLeaderEpochRequest& request, RequestContext& context,
            const Responder<OffsetForLeaderEpochRequest>& respond) {
  OffsetForLeaderEpochResponse response;
  for (const auto& wanted : request.topics) {
    const Topic* topic = context.broker.topics.find(wanted.topic);
    auto& answers = response.topics.emplace_back();
    answers.topic = wanted.topic;
    for (const auto& partition : wanted.partitions) {
      auto& answer = answers.partitions.emplace_back();
      answer.partition = partition.partition;
      answer.error_code = context.injected_error(wanted.topic, partition.partition);
      if (answer.error_code != ErrorCode::none) continue;
      const PartitionAccess access = access_partition(topic, partition.partition, context.node,
                                                      partition.current_leader_epoch);
      answer.error_code = access.error;
      if (access.error != ErrorCode::none) continue;
      const storage::EpochEndOffset end =
          access.partition->log->offset_for_leader_epoch(partition.leader_epoch);
      answer.leader_epoch = end.leader_epoch;
      answer.end_offset = end.end_offset;
    }
  }
  respond(response);
}

std::vector<TopicPartition> named(const OffsetForLeaderEpochRequest& request, const Services&) {
  std::vector<TopicPartition> partitions;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      partitions.emplace_back(std::string(topic.topic), partition.partition);
    }
  }
  return partitions;
}

}  // namespace

ApiRoute offset_for_leader_epoch_route() {
  return route_by_item<OffsetForLeaderEpochRequest, handle, named>();
}

}  // namespace barnabas::broker
