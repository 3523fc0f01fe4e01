#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "protocol/messages/elect_leaders.hpp"

#include <string>

namespace barnabas::broker {
namespace {

using protocol::ElectLeadersRequest;
using protocol::ElectLeadersResponse;

// A partition's only replica leads it as long as its node runs: there is never another to elect.
void judge(const RequestContext& context, std::string_view name,
           ElectLeadersResponse::PartitionResult& result) {
  const ErrorCode injected = context.injected_error(name, result.partition_id);
  const Topic* topic = context.broker.topics.find(name);
  const Partition* partition = topic ? topic->find(result.partition_id) : nullptr;
  if (injected != ErrorCode::none) {
    result.error_code = injected;
    result.error_message = "injected";
  } else if (!partition) {
    result.error_code = ErrorCode::unknown_topic_or_partition;
    result.error_message = topic ? "no such partition" : "no such topic";
  } else if (!context.broker.cluster.is_running(partition->leader)) {
    result.error_code = ErrorCode::eligible_leaders_not_available;
    result.error_message = "the node with the only replica does not run";
  } else {
    result.error_code = ErrorCode::election_not_needed;
    result.error_message = "the only replica is the leader";
  }
}

void handle(const ElectLeadersRequest& request, RequestContext& context,
            const Responder<ElectLeadersRequest>& respond) {
  ElectLeadersResponse response;
  if (!request.topic_partitions) {
    // Who asks for all is told of the partitions with a new leader only; of every topic, as by
    // Kafka.
    for (const auto& [name, topic] : context.broker.topics.all()) {
      response.replica_election_results.emplace_back().topic = name;
    }
    return respond(response);
  }
  for (const auto& topic : *request.topic_partitions) {
    auto& results = response.replica_election_results.emplace_back();
    results.topic = topic.topic;
    for (const std::int32_t index : topic.partitions) {
      auto& result = results.partition_result.emplace_back();
      result.partition_id = index;
      judge(context, topic.topic, result);
    }
  }
  respond(response);
}

std::vector<TopicPartition> named(const ElectLeadersRequest& request, const Services&) {
  std::vector<TopicPartition> partitions;
  if (!request.topic_partitions) return partitions;
  for (const auto& topic : *request.topic_partitions) {
    for (const std::int32_t index : topic.partitions) {
      partitions.emplace_back(std::string(topic.topic), index);
    }
  }
  return partitions;
}

}  // namespace

ApiRoute elect_leaders_route() { return route_by_item<ElectLeadersRequest, handle, named>(); }

}  // namespace barnabas::broker
