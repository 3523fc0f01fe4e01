#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/partition_access.hpp"
#include "protocol/messages/describe_producers.hpp"

#include <string>

namespace barnabas::broker {
namespace {

using protocol::DescribeProducersRequest;
using protocol::DescribeProducersResponse;

void describe(const RequestContext& context, std::string_view name,
              DescribeProducersResponse::PartitionResponse& result) {
  result.error_code = context.injected_error(name, result.partition_index);
  if (result.error_code != ErrorCode::none) return;
  const Topic* topic = context.broker.topics.find(name);
  if (!topic) result.error_message = "no such topic";
  const PartitionAccess access = access_partition(topic, result.partition_index, context.node, -1);
  result.error_code = access.error;
  if (access.error != ErrorCode::none) return;
  for (const auto& [id, entry] : access.partition->log->producers().entries()) {
    auto& producer = result.active_producers.emplace_back();
    producer.producer_id = id;
    producer.producer_epoch = entry.epoch;
    producer.last_sequence = entry.last_sequence();
    producer.last_timestamp = entry.timestamp;
    producer.coordinator_epoch = entry.coordinator_epoch;
    producer.current_txn_start_offset = entry.transaction_first_offset;
  }
}

void handle(const DescribeProducersRequest& request, RequestContext& context,
            const Responder<DescribeProducersRequest>& respond) {
  DescribeProducersResponse response;
  for (const auto& topic : request.topics) {
    auto& results = response.topics.emplace_back();
    results.name = topic.name;
    for (const std::int32_t index : topic.partition_indexes) {
      auto& result = results.partitions.emplace_back();
      result.partition_index = index;
      describe(context, topic.name, result);
    }
  }
  respond(response);
}

std::vector<TopicPartition> named(const DescribeProducersRequest& request, const Services&) {
  std::vector<TopicPartition> partitions;
  for (const auto& topic : request.topics) {
    for (const std::int32_t index : topic.partition_indexes) {
      partitions.emplace_back(std::string(topic.name), index);
    }
  }
  return partitions;
}

}  // namespace

ApiRoute describe_producers_route() {
  return route_by_item<DescribeProducersRequest, handle, named>();
}

}  // namespace barnabas::broker
