#pragma once

#include "broker/src/core/request/request_context.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/config_entries.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::broker {

/// The topic whose settings a request wants to change.
/// Errors: invalid_request for anything but a topic, unknown_topic_or_partition, injected errors.
Result<const Topic*> find_config_target(const RequestContext& context, std::int8_t resource_type,
                                        std::string_view resource_name);

/// Gives the topic these properties, or only checks whether that could be done.
/// Errors: as of TopicRegistry::set_properties.
Result<void> change_topic_properties(const RequestContext& context, const Topic& topic,
                                     storage::TopicProperties properties, bool validate_only);

/// Answers a request that changes settings, resource by resource. `change` is called with each
/// resource that is named once.
template <class Response, class Request, class Change>
Response change_configs(const Request& request, std::list<std::string>& texts, Change&& change) {
  using Name = std::pair<std::int8_t, std::string_view>;
  std::multiset<Name> names;
  for (const auto& resource : request.resources) {
    names.insert({resource.resource_type, resource.resource_name});
  }
  Response response;
  for (const auto& resource : request.resources) {
    const bool twice = names.count({resource.resource_type, resource.resource_name}) > 1;
    const Result<void> changed =
        twice ? Error(ErrorCode::invalid_request, "the resource is named more than once")
              : change(resource);
    auto& answer = response.responses.emplace_back();
    answer.resource_type = resource.resource_type;
    answer.resource_name = resource.resource_name;
    if (changed) continue;
    answer.error_code = changed.error().code();
    answer.error_message = texts.emplace_back(changed.error().context());
  }
  return response;
}

/// The topics among the resources of a request.
template <class Request>
std::vector<TopicPartition> topics_in(const Request& request, const Services&) {
  std::vector<TopicPartition> topics;
  for (const auto& resource : request.resources) {
    if (resource.resource_type != static_cast<std::int8_t>(ConfigResource::topic)) continue;
    topics.emplace_back(std::string(resource.resource_name), -1);
  }
  return topics;
}

}  // namespace barnabas::broker
