#include "broker/src/handlers/config_change.hpp"

#include "broker/src/core/topic/topic_name.hpp"

namespace barnabas::broker {

Result<const Topic*> find_config_target(const RequestContext& context, std::int8_t resource_type,
                                        std::string_view resource_name) {
  if (resource_type != static_cast<std::int8_t>(ConfigResource::topic)) {
    return Error(ErrorCode::invalid_request,
                 "only settings of topics can be changed while this broker runs");
  }
  const ErrorCode injected = context.injected_error(resource_name);
  if (injected != ErrorCode::none) return Error(injected, "injected");
  const Topic* topic = context.broker.topics.find(resource_name);
  if (topic) return topic;
  if (resource_name.empty()) return Error(ErrorCode::invalid_request, "a topic needs a name");
  if (const Result<void> valid = validate_topic_name(resource_name); !valid) return valid.error();
  return Error(ErrorCode::unknown_topic_or_partition,
               "the topic \"" + std::string(resource_name) + "\" does not exist");
}

Result<void> change_topic_properties(const RequestContext& context, const Topic& topic,
                                     storage::TopicProperties properties, bool validate_only) {
  TopicRegistry& topics = context.broker.topics;
  if (validate_only) return topics.check_properties(topic.name, properties);
  return topics.set_properties(context.now, topic.name, std::move(properties));
}

}  // namespace barnabas::broker
