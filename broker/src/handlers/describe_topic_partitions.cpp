#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/topic/topic_name.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/authorized_operations.hpp"
#include "protocol/messages/describe_topic_partitions.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace barnabas::broker {
namespace {

using protocol::DescribeTopicPartitionsRequest;
using protocol::DescribeTopicPartitionsResponse;
using TopicResult = DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponseTopic;
using PartitionResult = DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition;

constexpr std::int32_t most_partitions = 2000;

/// The topics to describe, in the order of their names, from the cursor on.
std::set<std::string_view> wanted_topics(const DescribeTopicPartitionsRequest& request,
                                         const TopicRegistry& topics) {
  std::set<std::string_view> names;
  for (const auto& topic : request.topics) names.insert(topic.name);
  if (request.topics.empty()) {
    for (const auto& [name, topic] : topics.all()) names.insert(name);
  }
  if (request.cursor) {
    names.erase(names.begin(), names.lower_bound(request.cursor->topic_name));
  }
  return names;
}

PartitionResult describe(const Cluster& cluster, const Topic& topic, std::size_t index) {
  const Partition& partition = topic.partitions[index];
  PartitionResult result;
  result.partition_index = static_cast<std::int32_t>(index);
  result.leader_id = partition.leader;
  result.leader_epoch = partition.log->leader_epoch();
  result.replica_nodes = {partition.leader};
  result.isr_nodes = {partition.leader};
  result.eligible_leader_replicas.emplace();
  result.last_known_elr.emplace();
  if (!cluster.is_running(partition.leader)) {
    result.error_code = ErrorCode::leader_not_available;
    result.leader_id = no_node;
    result.offline_replicas = {partition.leader};
  }
  return result;
}

ErrorCode problem_with(const RequestContext& context, std::string_view name, const Topic* topic) {
  const ErrorCode injected = context.injected_error(name);
  if (injected != ErrorCode::none) return injected;
  if (!validate_topic_name(name)) return ErrorCode::invalid_topic_exception;
  return topic ? ErrorCode::none : ErrorCode::unknown_topic_or_partition;
}

// A cursor is a place among the topics that are asked for.
bool is_cursor_valid(const DescribeTopicPartitionsRequest& request) {
  if (!request.cursor) return true;
  const auto is_cursor = [&](const auto& topic) {
    return topic.name == request.cursor->topic_name;
  };
  return request.cursor->partition_index >= 0 &&
         (request.topics.empty() ||
          std::any_of(request.topics.begin(), request.topics.end(), is_cursor));
}

DescribeTopicPartitionsResponse refuse_all(const DescribeTopicPartitionsRequest& request,
                                           ErrorCode code) {
  DescribeTopicPartitionsResponse response;
  for (const auto& topic : request.topics) {
    TopicResult& result = response.topics.emplace_back();
    result.name = topic.name;
    result.error_code = code;
  }
  return response;
}

void handle(const DescribeTopicPartitionsRequest& request, RequestContext& context,
            const Responder<DescribeTopicPartitionsRequest>& respond) {
  if (!is_cursor_valid(request)) {
    return respond(refuse_all(request, ErrorCode::invalid_request));
  }
  const TopicRegistry& topics = context.broker.topics;
  auto left =
      static_cast<std::size_t>(std::clamp(request.response_partition_limit, 1, most_partitions));
  DescribeTopicPartitionsResponse response;
  for (const std::string_view name : wanted_topics(request, topics)) {
    const Topic* topic = topics.find(name);
    std::size_t from = 0;
    if (request.cursor && request.cursor->topic_name == name) {
      from = static_cast<std::size_t>(std::max(request.cursor->partition_index, 0));
    }
    if (left == 0) {
      response.next_cursor.emplace();
      response.next_cursor->topic_name = name;
      break;
    }
    TopicResult& result = response.topics.emplace_back();
    result.name = name;
    result.topic_authorized_operations = topic_operations;
    result.error_code = problem_with(context, name, topic);
    if (result.error_code != ErrorCode::none) continue;
    result.topic_id = topic->id;
    result.is_internal = topic->internal;
    for (; from < topic->partitions.size() && left > 0; ++from, --left) {
      result.partitions.push_back(describe(context.broker.cluster, *topic, from));
    }
    if (from < topic->partitions.size()) {
      response.next_cursor.emplace();
      response.next_cursor->topic_name = name;
      response.next_cursor->partition_index = static_cast<std::int32_t>(from);
      break;
    }
  }
  respond(response);
}

std::vector<TopicPartition> named(const DescribeTopicPartitionsRequest& request, const Services&) {
  std::vector<TopicPartition> topics;
  for (const auto& topic : request.topics) topics.emplace_back(std::string(topic.name), -1);
  return topics;
}

}  // namespace

ApiRoute describe_topic_partitions_route() {
  return route_by_item<DescribeTopicPartitionsRequest, handle, named>();
}

}  // namespace barnabas::broker
