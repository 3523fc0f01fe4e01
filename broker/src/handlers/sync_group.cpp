#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/sync_group.hpp"

namespace barnabas::broker {
namespace {

using protocol::SyncGroupRequest;
using protocol::SyncGroupResponse;

SyncGroupResponse refuse(const SyncGroupRequest&, ErrorCode code) {
  SyncGroupResponse response;
  response.error_code = code;
  return response;
}

void handle(const SyncGroupRequest& request, RequestContext& context,
            const Responder<SyncGroupRequest>& respond) {
  if (const ErrorCode wrong = check_coordinator(context, request.group_id);
      wrong != ErrorCode::none) {
    return respond(refuse(request, wrong));
  }
  context.broker.groups.membership().sync(
      context.now, {context.version, context.client_id, {}}, request,
      [respond](const SyncGroupResponse& answer) { respond(answer); });
}

}  // namespace

ApiRoute sync_group_route() { return route_whole<SyncGroupRequest, handle, refuse>(); }

}  // namespace barnabas::broker
