#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/join_group.hpp"

namespace barnabas::broker {
namespace {

using Request = protocol::JoinGroupRequest;
using Response = protocol::JoinGroupResponse;

Response refuse(const Request& request, ErrorCode code) {
  Response response;
  response.error_code = code;
  response.member_id = request.member_id;
  return response;
}

void handle(const Request& request, RequestContext& context, const Responder<Request>& respond) {
  if (const ErrorCode wrong = check_coordinator(context, request.group_id);
      wrong != ErrorCode::none) {
    return respond(refuse(request, wrong));
  }
  const std::string host = client_host(context);
  context.broker.groups.membership().join(
      context.now, {context.version, context.client_id, host}, request,
      [respond, version = context.version](const Response& answer) {
        // Null is only known from version 7 on.
        if (version >= 7 || answer.protocol_name) return respond(answer);
        Response older = answer;
        older.protocol_name = std::string_view();
        respond(older);
      });
}

}  // namespace

ApiRoute join_group_route() { return route_whole<Request, handle, refuse>(); }

}  // namespace barnabas::broker
