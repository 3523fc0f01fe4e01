#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/group/coordinator_places.hpp"
#include "protocol/messages/find_coordinator.hpp"

#include <string>

namespace barnabas::broker {
namespace {

using protocol::FindCoordinatorRequest;
using protocol::FindCoordinatorResponse;

constexpr std::int8_t key_type_group = 0;
constexpr std::int8_t key_type_transaction = 1;
constexpr std::int16_t first_version_with_type = 1;

struct Found {
  ErrorCode error = ErrorCode::none;
  std::string_view message;
  NodeId node = no_node;
  network::HostPort address;
};

Found find(const RequestContext& context, std::string_view key, std::int8_t key_type) {
  Found found;
  if (key_type != key_type_group) {
    // Transactional ids and share groups have no coordinator here.
    found.error = key_type == key_type_transaction ? ErrorCode::coordinator_not_available
                                                   : ErrorCode::invalid_request;
    found.message = key_type == key_type_transaction ? "there is no coordinator of transactions"
                                                     : "only groups have a coordinator here";
    return found;
  }
  const Node* node = context.broker.cluster.find(context.broker.coordinators.node_of(key));
  if (node == nullptr || !node->running) {
    found.error = ErrorCode::coordinator_not_available;
    return found;
  }
  found.node = node->id;
  found.address = context.broker.cluster.address_of(*node, context.listener);
  return found;
}

void handle(const FindCoordinatorRequest& request, RequestContext& context,
            const Responder<FindCoordinatorRequest>& respond) {
  FindCoordinatorResponse response;
  if (context.version < 4) {
    const Found found = find(context, request.key, request.key_type);
    response.error_code = found.error;
    // Kafka says so here, and nothing from version 4 on.
    if (context.version >= first_version_with_type) {
      response.error_message = found.error == ErrorCode::none ? "NONE" : found.message;
    }
    response.node_id = found.node;
    response.host = found.address.host;
    response.port = found.error == ErrorCode::none ? found.address.port : -1;
    return respond(response);
  }
  std::vector<Found> all;
  all.reserve(request.coordinator_keys.size());
  for (std::string_view key : request.coordinator_keys) {
    all.push_back(find(context, key, request.key_type));
    const Found& found = all.back();
    auto& entry = response.coordinators.emplace_back();
    entry.key = key;
    entry.error_code = found.error;
    entry.node_id = found.node;
    entry.host = found.address.host;
    entry.port = found.error == ErrorCode::none ? found.address.port : -1;
    entry.error_message = found.message;
  }
  respond(response);
}

FindCoordinatorResponse refuse(const FindCoordinatorRequest& request, ErrorCode code) {
  FindCoordinatorResponse response;
  response.error_code = code;
  response.node_id = no_node;
  response.port = -1;
  for (std::string_view key : request.coordinator_keys) {
    auto& entry = response.coordinators.emplace_back();
    entry.key = key;
    entry.error_code = code;
    entry.node_id = no_node;
    entry.port = -1;
  }
  return response;
}

}  // namespace

ApiRoute find_coordinator_route() { return route_whole<FindCoordinatorRequest, handle, refuse>(); }

}  // namespace barnabas::broker
