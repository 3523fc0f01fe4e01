#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/topic/topic_name.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/authorized_operations.hpp"
#include "broker/src/handlers/topic_lookup.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/messages/metadata.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace barnabas::broker {
namespace {

using protocol::MetadataRequest;
using protocol::MetadataResponse;

constexpr std::int16_t first_version_by_id = 12;

void add_brokers(MetadataResponse& response, const RequestContext& context) {
  const Cluster& cluster = context.broker.cluster;
  for (const Node& node : cluster.nodes()) {
    if (!node.running || node.advertised.empty()) continue;
    const network::HostPort& address = cluster.address_of(node, context.listener);
    MetadataResponse::MetadataResponseBroker broker;
    broker.node_id = node.id;
    broker.host = address.host;
    broker.port = address.port;
    if (!cluster.rack().empty()) broker.rack = cluster.rack();
    response.brokers.push_back(broker);
  }
  response.controller_id = cluster.controller();
}

MetadataResponse::MetadataResponsePartition describe(const RequestContext& context,
                                                     const Topic& topic, std::size_t index) {
  const Partition& partition = topic.partitions[index];
  MetadataResponse::MetadataResponsePartition described;
  described.partition_index = static_cast<std::int32_t>(index);
  described.leader_id = partition.leader;
  described.leader_epoch = partition.log->leader_epoch();
  described.replica_nodes = {partition.leader};
  described.isr_nodes = {partition.leader};
  if (!context.broker.cluster.is_running(partition.leader)) {
    described.error_code = ErrorCode::leader_not_available;
    described.leader_id = no_node;
    described.offline_replicas = {partition.leader};
  }
  if (const ErrorCode injected = context.injected_error(topic.name, described.partition_index);
      injected != ErrorCode::none) {
    described.error_code = injected;
    described.leader_id = no_node;
  }
  return described;
}

MetadataResponse::MetadataResponseTopic describe(const MetadataRequest& request,
                                                 const RequestContext& context,
                                                 const Topic& topic) {
  MetadataResponse::MetadataResponseTopic described;
  described.name = topic.name;
  described.topic_id = topic.id;
  described.is_internal = topic.internal;
  described.error_code = context.injected_error(topic.name);
  if (described.error_code != ErrorCode::none) return described;
  described.partitions.reserve(topic.partitions.size());
  for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
    described.partitions.push_back(describe(context, topic, i));
  }
  if (request.include_topic_authorized_operations) {
    described.topic_authorized_operations = topic_operations;
  }
  return described;
}

// The topic that a client asks for, made on the way if client and broker both want that.
std::pair<const Topic*, ErrorCode> find_or_create(const MetadataRequest& request,
                                                  const RequestContext& context,
                                                  std::string_view name) {
  TopicRegistry& topics = context.broker.topics;
  if (const Topic* topic = topics.find(name)) return {topic, ErrorCode::none};
  if (const Result<void> valid = validate_topic_name(name); !valid) {
    return {nullptr, valid.error().code()};
  }
  // Before version 4 clients cannot say that they want none; decoding has set the default.
  if (!request.allow_auto_topic_creation || !context.broker.settings.topics.auto_create) {
    return {nullptr, ErrorCode::unknown_topic_or_partition};
  }
  const Result<const Topic*> created = topics.find_or_create(context.now, name);
  if (created) return {*created, ErrorCode::none};
  context.broker.logger.log(context.now, LogLevel::warning, "could not create a topic on demand",
                            {{"topic", name}, {"error", created.error()}});
  return {nullptr, created.error().code()};
}

MetadataResponse::MetadataResponseTopic look_up(
    const MetadataRequest& request, const RequestContext& context,
    const MetadataRequest::MetadataRequestTopic& wanted) {
  MetadataResponse::MetadataResponseTopic missing;
  missing.name = wanted.name;
  missing.topic_id = wanted.topic_id;
  if (!wanted.topic_id.is_zero()) {
    const Topic* topic = context.broker.topics.find(wanted.topic_id);
    if (topic) return describe(request, context, *topic);
    missing.error_code = ErrorCode::unknown_topic_id;
    missing.name.reset();
    return missing;
  }
  const std::string_view name = wanted.name.value_or("");
  missing.name = name;
  missing.error_code = context.injected_error(name);
  if (missing.error_code != ErrorCode::none) return missing;
  const auto [topic, error] = find_or_create(request, context, name);
  if (topic) return describe(request, context, *topic);
  missing.error_code = error;
  // Kafka lists what could be done with a topic that is not there, but not with a bad name.
  if (request.include_topic_authorized_operations &&
      error == ErrorCode::unknown_topic_or_partition) {
    missing.topic_authorized_operations = topic_operations;
  }
  return missing;
}

// Before version 12 the id is in the request and may not be used yet; names may not be null.
bool asks_too_early(const MetadataRequest& request, std::int16_t version) {
  if (version >= first_version_by_id || !request.topics) return false;
  return std::any_of(request.topics->begin(), request.topics->end(),
                     [](const auto& topic) { return !topic.topic_id.is_zero() || !topic.name; });
}

MetadataResponse refuse_all(const MetadataRequest& request, ErrorCode code) {
  MetadataResponse response;
  for (const auto& wanted : *request.topics) {
    auto& refused = response.topics.emplace_back();
    refused.name = wanted.name.value_or("");
    refused.topic_id = wanted.topic_id;
    refused.error_code = code;
  }
  return response;
}

void handle(const MetadataRequest& request, RequestContext& context,
            const Responder<MetadataRequest>& respond) {
  if (asks_too_early(request, context.version)) {
    return respond(refuse_all(request, ErrorCode::invalid_request));
  }
  MetadataResponse response;
  add_brokers(response, context);
  const std::string cluster_id = context.broker.logs.cluster_id().to_string();
  response.cluster_id = cluster_id;
  // No list means all topics; before null could be said, an empty list did.
  const bool all = !request.topics || (context.version == 0 && request.topics->empty());
  if (all) {
    for (const auto& [name, topic] : context.broker.topics.all()) {
      response.topics.push_back(describe(request, context, topic));
    }
  } else {
    std::set<std::pair<std::string_view, Uuid>> seen;
    for (const auto& wanted : *request.topics) {
      if (!seen.insert({wanted.name.value_or(""), wanted.topic_id}).second) continue;
      response.topics.push_back(look_up(request, context, wanted));
    }
  }
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = cluster_operations;
  }
  respond(response);
}

std::vector<TopicPartition> named(const MetadataRequest& request, const Services& broker) {
  std::vector<TopicPartition> topics;
  if (!request.topics || request.topics->empty()) {
    for (const auto& [name, topic] : broker.topics.all()) topics.emplace_back(name, -1);
    return topics;
  }
  for (const auto& wanted : *request.topics) {
    const Topic* topic = find_topic(broker.topics, wanted.name.value_or(""), wanted.topic_id);
    topics.emplace_back(std::string(topic_name(topic, wanted.name.value_or(""))), -1);
  }
  return topics;
}

}  // namespace

ApiRoute metadata_route() { return route_by_item<MetadataRequest, handle, named>(); }

}  // namespace barnabas::broker
