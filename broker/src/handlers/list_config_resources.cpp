#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/config_entries.hpp"
#include "protocol/messages/list_config_resources.hpp"

#include <algorithm>
#include <list>
#include <string>

namespace barnabas::broker {
namespace {

using protocol::ListConfigResourcesRequest;
using protocol::ListConfigResourcesResponse;

// Kafka's other resources: broker loggers, client metrics and groups. None has settings here.
bool is_known(std::int8_t type) {
  return type == 2 || type == 4 || type == 8 || type == 16 || type == 32;
}

ListConfigResourcesResponse refuse(const ListConfigResourcesRequest&, ErrorCode code) {
  ListConfigResourcesResponse response;
  response.error_code = code;
  return response;
}

void handle(const ListConfigResourcesRequest& request, RequestContext& context,
            const Responder<ListConfigResourcesRequest>& respond) {
  const auto& types = request.resource_types;
  if (!std::all_of(types.begin(), types.end(), is_known)) {
    return respond(refuse(request, ErrorCode::unsupported_version));
  }
  ListConfigResourcesResponse response;
  // Version 0 asks for client metrics without saying so.
  if (context.version == 0) return respond(response);
  const auto wanted = [&](ConfigResource type) {
    return types.empty() ||
           std::find(types.begin(), types.end(), static_cast<std::int8_t>(type)) != types.end();
  };
  std::list<std::string> names;
  const auto add = [&](std::string_view name, ConfigResource type) {
    response.config_resources.push_back({name, static_cast<std::int8_t>(type)});
  };
  if (wanted(ConfigResource::topic)) {
    for (const auto& [name, topic] : context.broker.topics.all()) add(name, ConfigResource::topic);
  }
  if (wanted(ConfigResource::broker)) {
    for (const Node& node : context.broker.cluster.nodes()) {
      if (node.running) add(names.emplace_back(std::to_string(node.id)), ConfigResource::broker);
    }
  }
  respond(response);
}

}  // namespace

ApiRoute list_config_resources_route() {
  return route_whole<ListConfigResourcesRequest, handle, refuse>();
}

}  // namespace barnabas::broker
