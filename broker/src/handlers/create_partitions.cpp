#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "protocol/messages/create_partitions.hpp"

#include <list>
#include <set>
#include <string>

namespace barnabas::broker {
namespace {

using protocol::CreatePartitionsRequest;
using protocol::CreatePartitionsResponse;

Result<void> check_assignments(const CreatePartitionsRequest::CreatePartitionsTopic& wanted,
                               const Topic* topic, const Cluster& cluster) {
  if (!wanted.assignments || !topic) return {};
  const auto added =
      static_cast<std::int64_t>(wanted.count) - static_cast<std::int64_t>(topic->partitions.size());
  if (added != static_cast<std::int64_t>(wanted.assignments->size())) {
    return Error(ErrorCode::invalid_replica_assignment,
                 "the number of assignments must be that of the partitions to add, " +
                     std::to_string(added));
  }
  for (const auto& assignment : *wanted.assignments) {
    if (assignment.broker_ids.empty()) {
      return Error(ErrorCode::invalid_replica_assignment, "an assignment names no broker");
    }
    if (std::set(assignment.broker_ids.begin(), assignment.broker_ids.end()).size() !=
        assignment.broker_ids.size()) {
      return Error(ErrorCode::invalid_replica_assignment, "an assignment names a broker twice");
    }
    for (const std::int32_t id : assignment.broker_ids) {
      if (cluster.find(id)) continue;
      return Error(ErrorCode::invalid_replica_assignment,
                   "there is no broker " + std::to_string(id));
    }
  }
  return {};
}

std::vector<NodeId> leaders_of(const CreatePartitionsRequest::CreatePartitionsTopic& wanted) {
  std::vector<NodeId> leaders;
  if (!wanted.assignments) return leaders;
  for (const auto& assignment : *wanted.assignments)
    leaders.push_back(assignment.broker_ids.front());
  return leaders;
}

Result<void> grow(const CreatePartitionsRequest& request, const RequestContext& context,
                  const CreatePartitionsRequest::CreatePartitionsTopic& wanted) {
  const ErrorCode injected = context.injected_error(wanted.name);
  if (injected != ErrorCode::none) return Error(injected, "injected");
  TopicRegistry& topics = context.broker.topics;
  const Result<void> possible = topics.check_partitions(wanted.name, wanted.count);
  if (!possible) return possible;
  const Result<void> assignable =
      check_assignments(wanted, topics.find(wanted.name), context.broker.cluster);
  if (!assignable || request.validate_only) return assignable;
  return topics.add_partitions(context.now, wanted.name, wanted.count, leaders_of(wanted));
}

void handle(const CreatePartitionsRequest& request, RequestContext& context,
            const Responder<CreatePartitionsRequest>& respond) {
  CreatePartitionsResponse response;
  std::list<std::string> texts;
  std::multiset<std::string_view> names;
  for (const auto& wanted : request.topics) names.insert(wanted.name);
  std::set<std::string_view> refused;
  for (const auto& wanted : request.topics) {
    // Who names a topic twice is told so once, as by Kafka.
    const bool twice = names.count(wanted.name) > 1;
    if (twice && !refused.insert(wanted.name).second) continue;
    auto& result = response.results.emplace_back();
    result.name = wanted.name;
    const Result<void> grown =
        twice ? Error(ErrorCode::invalid_request, "the topic is named more than once")
              : grow(request, context, wanted);
    if (grown) continue;
    result.error_code = grown.error().code();
    result.error_message = texts.emplace_back(grown.error().context());
  }
  respond(response);
}

std::vector<TopicPartition> named(const CreatePartitionsRequest& request, const Services&) {
  std::vector<TopicPartition> topics;
  for (const auto& topic : request.topics) topics.emplace_back(std::string(topic.name), -1);
  return topics;
}

}  // namespace

ApiRoute create_partitions_route() {
  return route_by_item<CreatePartitionsRequest, handle, named>();
}

}  // namespace barnabas::broker
