#include "broker/src/handlers/config_change.hpp"
#include "broker/src/handlers/routes.hpp"

#include "protocol/messages/alter_configs.hpp"

namespace barnabas::broker {
namespace {

using protocol::AlterConfigsRequest;
using protocol::AlterConfigsResponse;

void handle(const AlterConfigsRequest& request, RequestContext& context,
            const Responder<AlterConfigsRequest>& respond) {
  std::list<std::string> texts;
  respond(change_configs<AlterConfigsResponse>(
      request, texts, [&](const auto& resource) -> Result<void> {
        const Result<const Topic*> topic =
            find_config_target(context, resource.resource_type, resource.resource_name);
        if (!topic) return topic.error();
        // What is not named goes back to its default.
        storage::TopicProperties properties;
        for (const auto& config : resource.configs) {
          if (!config.value) {
            return Error(ErrorCode::invalid_request, std::string(config.name) + ": null");
          }
          if (!properties.emplace(config.name, *config.value).second) {
            return Error(ErrorCode::invalid_request,
                         std::string(config.name) + ": named more than once");
          }
        }
        return change_topic_properties(context, **topic, std::move(properties),
                                       request.validate_only);
      }));
}

}  // namespace

ApiRoute alter_configs_route() {
  return route_by_item<AlterConfigsRequest, handle, topics_in<AlterConfigsRequest>>();
}

}  // namespace barnabas::broker
