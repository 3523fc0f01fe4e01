#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/partition_access.hpp"
#include "protocol/messages/delete_records.hpp"

#include <string>

namespace barnabas::broker {
namespace {

using protocol::DeleteRecordsRequest;
using protocol::DeleteRecordsResponse;
using PartitionResult = DeleteRecordsResponse::DeleteRecordsPartitionResult;

ErrorCode delete_records(const RequestContext& context, std::string_view name,
                         const DeleteRecordsRequest::DeleteRecordsPartition& wanted,
                         PartitionResult& result) {
  const ErrorCode injected = context.injected_error(name, wanted.partition_index);
  if (injected != ErrorCode::none) return injected;
  const Topic* topic = context.broker.topics.find(name);
  const PartitionAccess access = access_partition(topic, wanted.partition_index, context.node, -1);
  if (access.error != ErrorCode::none) return access.error;
  if (topic->internal) return ErrorCode::invalid_topic_exception;
  // Compaction alone decides what a compacted topic loses.
  if (!topic->config.log.cleanup_delete) return ErrorCode::policy_violation;
  const Result<std::int64_t> start =
      access.partition->log->delete_records(context.now, wanted.offset);
  if (!start) return start.error().code();
  result.low_watermark = *start;
  return ErrorCode::none;
}

void handle(const DeleteRecordsRequest& request, RequestContext& context,
            const Responder<DeleteRecordsRequest>& respond) {
  DeleteRecordsResponse response;
  for (const auto& topic : request.topics) {
    auto& results = response.topics.emplace_back();
    results.name = topic.name;
    for (const auto& partition : topic.partitions) {
      PartitionResult& result = results.partitions.emplace_back();
      result.partition_index = partition.partition_index;
      result.low_watermark = -1;
      result.error_code = delete_records(context, topic.name, partition, result);
    }
  }
  respond(response);
}

std::vector<TopicPartition> named(const DeleteRecordsRequest& request, const Services&) {
  std::vector<TopicPartition> partitions;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      partitions.emplace_back(std::string(topic.name), partition.partition_index);
    }
  }
  return partitions;
}

}  // namespace

ApiRoute delete_records_route() { return route_by_item<DeleteRecordsRequest, handle, named>(); }

}  // namespace barnabas::broker
