#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/heartbeat.hpp"

namespace barnabas::broker {
namespace {

using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;

HeartbeatResponse refuse(const HeartbeatRequest&, ErrorCode code) {
  HeartbeatResponse response;
  response.error_code = code;
  return response;
}

void handle(const HeartbeatRequest& request, RequestContext& context,
            const Responder<HeartbeatRequest>& respond) {
  ErrorCode result = check_coordinator(context, request.group_id);
  if (result == ErrorCode::none) {
    result = context.broker.groups.membership().heartbeat(context.now, request);
  }
  respond(refuse(request, result));
}

}  // namespace

ApiRoute heartbeat_route() { return route_whole<HeartbeatRequest, handle, refuse>(); }

}  // namespace barnabas::broker
