#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/sync_group.hpp"

namespace barnabas::broker {
namespace {

using Request = protocol::SyncGroupRequest;
using Response = protocol::SyncGroupResponse;

Response refuse(const Request&, ErrorCode code) {
  Response response;
  response.error_code = code;
  return response;
}

void handle(const Request& request, RequestContext& context, const Responder<Request>& respond) {
  if (const ErrorCode wrong = check_coordinator(context, request.group_id);
      wrong != ErrorCode::none) {
    return respond(refuse(request, wrong));
  }
  context.broker.groups.membership().sync(context.now, {context.version, context.client_id, {}},
                                          request,
                                          [respond](const Response& answer) { respond(answer); });
}

}  // namespace

ApiRoute sync_group_route() { return route_whole<Request, handle, refuse>(); }

}  // namespace barnabas::broker
