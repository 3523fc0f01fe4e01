#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_name.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/config_entries.hpp"
#include "protocol/messages/describe_configs.hpp"

#include <algorithm>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::broker {
namespace {

using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using ResourceResult = DescribeConfigsResponse::DescribeConfigsResult;
using EntryResult = DescribeConfigsResponse::DescribeConfigsResourceResult;
using Synonym = DescribeConfigsResponse::DescribeConfigsSynonym;
using Resource = DescribeConfigsRequest::DescribeConfigsResource;

struct Description {
  Error error;
  std::vector<ConfigEntry> entries;
};

Description describe_topic(const RequestContext& context, std::string_view name) {
  const ErrorCode injected = context.injected_error(name);
  if (injected != ErrorCode::none) return {Error(injected, "injected"), {}};
  const Topic* topic = context.broker.topics.find(name);
  if (const Result<void> valid = validate_topic_name(name); !valid) return {valid.error(), {}};
  if (!topic) return {Error(ErrorCode::unknown_topic_or_partition, "no such topic"), {}};
  return {{}, topic_entries(topic->config, topic->properties, context.broker.settings)};
}

Description describe_broker(const RequestContext& context, std::string_view name) {
  // No name means settings that all brokers share and that can be changed; there are none.
  if (name.empty()) return {};
  const std::string node = std::to_string(context.node);
  if (name != node) {
    return {
        Error(ErrorCode::invalid_request, "this is broker " + node + ", not " + std::string(name)),
        {}};
  }
  return {{}, broker_entries(context.broker.settings)};
}

Description describe(const RequestContext& context, const Resource& resource) {
  switch (static_cast<ConfigResource>(resource.resource_type)) {
    case ConfigResource::topic:
      return describe_topic(context, resource.resource_name);
    case ConfigResource::broker:
      return describe_broker(context, resource.resource_name);
  }
  return {Error(ErrorCode::invalid_request, "only topics and brokers have settings here"), {}};
}

bool is_wanted(const Resource& resource, std::string_view name) {
  if (!resource.configuration_keys) return true;
  const auto& keys = *resource.configuration_keys;
  return std::find(keys.begin(), keys.end(), name) != keys.end();
}

std::optional<std::string_view> shown(const ConfigEntry& entry, std::string_view value) {
  return entry.sensitive ? std::nullopt : std::optional(value);
}

std::vector<Synonym> synonyms_of(const ConfigEntry& entry) {
  std::vector<Synonym> synonyms;
  const auto add = [&](std::string_view name, std::string_view value, ConfigSource source) {
    Synonym& synonym = synonyms.emplace_back();
    synonym.name = name;
    synonym.value = shown(entry, value);
    synonym.source = static_cast<std::int8_t>(source);
  };
  if (entry.source == ConfigSource::topic || entry.broker_name.empty()) {
    add(entry.name, entry.value, entry.source);
  }
  if (!entry.broker_name.empty()) add(entry.broker_name, entry.broker_value, entry.broker_source);
  return synonyms;
}

void handle(const DescribeConfigsRequest& request, RequestContext& context,
            const Responder<DescribeConfigsRequest>& respond) {
  DescribeConfigsResponse response;
  std::list<Description> descriptions;  // the response views them
  for (const Resource& resource : request.resources) {
    const Description& described = descriptions.emplace_back(describe(context, resource));
    ResourceResult& result = response.results.emplace_back();
    result.resource_type = resource.resource_type;
    result.resource_name = resource.resource_name;
    result.error_code = described.error.code();
    result.error_message = described.error.ok() ? std::string_view() : described.error.context();
    for (const ConfigEntry& entry : described.entries) {
      if (!is_wanted(resource, entry.name)) continue;
      EntryResult& shown_entry = result.configs.emplace_back();
      shown_entry.name = entry.name;
      shown_entry.value = shown(entry, entry.value);
      shown_entry.read_only = entry.read_only;
      shown_entry.config_source = static_cast<std::int8_t>(entry.source);
      shown_entry.is_sensitive = entry.sensitive;
      shown_entry.config_type = entry.type;
      if (request.include_synonyms) shown_entry.synonyms = synonyms_of(entry);
      if (request.include_documentation) shown_entry.documentation = entry.documentation;
    }
  }
  respond(response);
}

std::vector<TopicPartition> named(const DescribeConfigsRequest& request, const Services&) {
  std::vector<TopicPartition> topics;
  for (const Resource& resource : request.resources) {
    if (resource.resource_type != static_cast<std::int8_t>(ConfigResource::topic)) continue;
    topics.emplace_back(std::string(resource.resource_name), -1);
  }
  return topics;
}

}  // namespace

ApiRoute describe_configs_route() { return route_by_item<DescribeConfigsRequest, handle, named>(); }

}  // namespace barnabas::broker
