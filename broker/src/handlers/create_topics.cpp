#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/config_entries.hpp"
#include "protocol/messages/create_topics.hpp"

#include <algorithm>
#include <list>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::broker {
namespace {

using protocol::CreateTopicsRequest;
using protocol::CreateTopicsResponse;
using Wanted = CreateTopicsRequest::CreatableTopic;
using TopicResult = CreateTopicsResponse::CreatableTopicResult;

// Reads a manual assignment: the partitions 0, 1, ... each with the brokers that are to have it.
Result<void> read_assignments(const Wanted& wanted, const Cluster& cluster, TopicRequest& topic) {
  if (wanted.num_partitions != -1 || wanted.replication_factor != -1) {
    return Error(ErrorCode::invalid_request,
                 "with assignments, partitions and replication factor must both be -1");
  }
  std::vector<NodeId> leaders(wanted.assignments.size(), no_node);
  for (const auto& assignment : wanted.assignments) {
    const auto index = static_cast<std::size_t>(assignment.partition_index);
    const bool known_index = assignment.partition_index >= 0 && index < leaders.size();
    if (!known_index || leaders[index] != no_node) {
      return Error(ErrorCode::invalid_replica_assignment,
                   "partitions must be consecutive, beginning with 0");
    }
    for (const std::int32_t id : assignment.broker_ids) {
      if (cluster.find(id)) continue;
      return Error(ErrorCode::invalid_replica_assignment,
                   "there is no broker " + std::to_string(id));
    }
    if (assignment.broker_ids.empty()) {
      return Error(ErrorCode::invalid_replica_assignment, "an assignment names no broker");
    }
    if (std::set(assignment.broker_ids.begin(), assignment.broker_ids.end()).size() !=
        assignment.broker_ids.size()) {
      return Error(ErrorCode::invalid_replica_assignment, "an assignment names a broker twice");
    }
    leaders[index] = assignment.broker_ids.front();
  }
  topic.partitions = static_cast<std::int32_t>(leaders.size());
  topic.replication_factor =
      static_cast<std::int16_t>(wanted.assignments.front().broker_ids.size());
  topic.leaders = std::move(leaders);
  return {};
}

Result<TopicRequest> read_topic(const Wanted& wanted, const RequestContext& context) {
  TopicRequest topic;
  topic.name = wanted.name;
  topic.partitions = wanted.num_partitions;
  topic.replication_factor = wanted.replication_factor;
  for (const auto& config : wanted.configs) {
    if (!config.value) {
      return Error(ErrorCode::invalid_config, std::string(config.name) + ": a value is needed");
    }
    topic.properties[std::string(config.name)] = *config.value;
  }
  if (!wanted.assignments.empty()) {
    const Result<void> read = read_assignments(wanted, context.broker.cluster, topic);
    if (!read) return read.error();
  }
  return topic;
}

/// Makes the topics of one request and keeps what the answers view.
class Creation {
 public:
  Creation(const CreateTopicsRequest& request, const RequestContext& context)
      : request_(request), context_(context) {}

  CreateTopicsResponse run() {
    std::multiset<std::string_view> names;
    for (const Wanted& wanted : request_.topics) names.insert(wanted.name);
    CreateTopicsResponse response;
    std::set<std::string_view> refused;
    for (const Wanted& wanted : request_.topics) {
      // Who names a topic twice is told so once, as by Kafka.
      const bool twice = names.count(wanted.name) > 1;
      if (twice && !refused.insert(wanted.name).second) continue;
      TopicResult& result = response.topics.emplace_back();
      result.name = wanted.name;
      const Result<void> created =
          twice ? Error(ErrorCode::invalid_request, "the topic is named more than once")
                : create(wanted, result);
      if (created) continue;
      result.num_partitions = result.replication_factor = -1;
      result.configs.emplace().clear();
      result.error_code = created.error().code();
      result.error_message = texts_.emplace_back(created.error().context());
    }
    return response;
  }

 private:
  Result<void> create(const Wanted& wanted, TopicResult& result) {
    const ErrorCode injected = context_.injected_error(wanted.name);
    if (injected != ErrorCode::none) return Error(injected, "injected");
    TopicRegistry& topics = context_.broker.topics;
    Result<TopicRequest> topic = read_topic(wanted, context_);
    if (topic) topic = topics.check(std::move(*topic));
    if (!topic) return topic.error();
    result.num_partitions = topic->partitions;
    result.replication_factor = topic->replication_factor;
    describe(*topic, result);
    if (request_.validate_only) return {};
    const Result<const Topic*> created = topics.create(context_.now, std::move(*topic));
    if (!created) return created.error();
    result.topic_id = (*created)->id;
    return {};
  }

  void describe(const TopicRequest& topic, TopicResult& result) {
    const BrokerSettings& settings = context_.broker.settings;
    const storage::TopicProperties& properties = properties_.emplace_back(topic.properties);
    const Result<TopicConfig> config =
        apply_topic_properties(default_topic_config(settings), properties);
    if (!config) return;  // refused by TopicRegistry::check before
    result.configs.emplace();
    for (const ConfigEntry& entry :
         entries_.emplace_back(topic_entries(*config, properties, settings))) {
      auto& shown = result.configs->emplace_back();
      shown.name = entry.name;
      shown.value = entry.value;
      shown.config_source = static_cast<std::int8_t>(entry.source);
    }
  }

  const CreateTopicsRequest& request_;
  const RequestContext& context_;
  std::list<std::string> texts_;
  std::list<storage::TopicProperties> properties_;
  std::list<std::vector<ConfigEntry>> entries_;
};

void handle(const CreateTopicsRequest& request, RequestContext& context,
            const Responder<CreateTopicsRequest>& respond) {
  Creation creation(request, context);
  respond(creation.run());
}

std::vector<TopicPartition> named(const CreateTopicsRequest& request, const Services&) {
  std::vector<TopicPartition> topics;
  for (const Wanted& wanted : request.topics) topics.emplace_back(std::string(wanted.name), -1);
  return topics;
}

}  // namespace

ApiRoute create_topics_route() { return route_by_item<CreateTopicsRequest, handle, named>(); }

}  // namespace barnabas::broker
