#include "broker/src/handlers/config_change.hpp"
#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_config.hpp"
#include "protocol/base/property_value.hpp"
#include "protocol/messages/incremental_alter_configs.hpp"

#include <algorithm>
#include <set>

namespace barnabas::broker {
namespace {

using protocol::IncrementalAlterConfigsRequest;
using protocol::IncrementalAlterConfigsResponse;
using Resource = IncrementalAlterConfigsRequest::AlterConfigsResource;
using Change = IncrementalAlterConfigsRequest::AlterableConfig;

enum class Operation : std::int8_t { set = 0, remove = 1, append = 2, subtract = 3 };

Error invalid(std::string_view name, std::string_view what) {
  return {ErrorCode::invalid_request, std::string(name) + ": " + std::string(what)};
}

// Adds elements to a list, or takes them away.
Result<std::string> change_list(const Topic& topic, const Change& change, Operation operation) {
  const Property<TopicConfig>* property = topic_properties().find(change.name);
  if (!property || property->type() != PropertyType::list) {
    return Error(ErrorCode::invalid_config, std::string(change.name) + " is not a list");
  }
  std::vector<std::string> elements = parse_list(property->get(topic.config));
  for (const std::string& element : parse_list(*change.value)) {
    const auto known = std::find(elements.begin(), elements.end(), element);
    if (operation == Operation::append && known == elements.end()) elements.push_back(element);
    if (operation == Operation::subtract && known != elements.end()) elements.erase(known);
  }
  return print_list(elements);
}

Result<void> apply(const Topic& topic, const Change& change, storage::TopicProperties& properties) {
  const std::string name(change.name);
  const auto operation = static_cast<Operation>(change.config_operation);
  if (operation == Operation::remove) {
    properties.erase(name);
    return {};
  }
  if (!change.value) return invalid(name, "a value is needed");
  switch (operation) {
    case Operation::set:
      properties[name] = *change.value;
      return {};
    case Operation::append:
    case Operation::subtract: {
      Result<std::string> list = change_list(topic, change, operation);
      if (!list) return list.error();
      properties[name] = std::move(*list);
      return {};
    }
    case Operation::remove:
      break;
  }
  return invalid(name, "unknown operation " + std::to_string(change.config_operation));
}

Result<void> alter(const Resource& resource, const RequestContext& context, bool validate_only) {
  const Result<const Topic*> topic =
      find_config_target(context, resource.resource_type, resource.resource_name);
  if (!topic) return topic.error();
  storage::TopicProperties properties = (*topic)->properties;
  std::set<std::string_view> names;
  for (const Change& change : resource.configs) {
    if (!names.insert(change.name).second) return invalid(change.name, "named more than once");
    const Result<void> applied = apply(**topic, change, properties);
    if (!applied) return applied;
  }
  return change_topic_properties(context, **topic, std::move(properties), validate_only);
}

void handle(const IncrementalAlterConfigsRequest& request, RequestContext& context,
            const Responder<IncrementalAlterConfigsRequest>& respond) {
  std::list<std::string> texts;
  respond(change_configs<IncrementalAlterConfigsResponse>(
      request, texts,
      [&](const Resource& resource) { return alter(resource, context, request.validate_only); }));
}

}  // namespace

ApiRoute incremental_alter_configs_route() {
  return route_by_item<IncrementalAlterConfigsRequest, handle,
                       topics_in<IncrementalAlterConfigsRequest>>();
}

}  // namespace barnabas::broker
