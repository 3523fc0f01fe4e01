#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/join_group.hpp"

namespace barnabas::broker {
namespace {

using protocol::JoinGroupRequest;
using protocol::JoinGroupResponse;

JoinGroupResponse refuse(const JoinGroupRequest& request, ErrorCode code) {
  JoinGroupResponse response;
  response.error_code = code;
  response.member_id = request.member_id;
  return response;
}

void handle(const JoinGroupRequest& request, RequestContext& context,
            const Responder<JoinGroupRequest>& respond) {
  if (const ErrorCode wrong = check_coordinator(context, request.group_id);
      wrong != ErrorCode::none) {
    return respond(refuse(request, wrong));
  }
  const std::string host = client_host(context);
  context.broker.groups.membership().join(
      context.now, {context.version, context.client_id, host}, request,
      [respond, version = context.version](const JoinGroupResponse& answer) {
        // Null is only known from version 7 on.
        if (version >= 7 || answer.protocol_name) return respond(answer);
        JoinGroupResponse older = answer;
        older.protocol_name = std::string_view();
        respond(older);
      });
}

}  // namespace

ApiRoute join_group_route() { return route_whole<JoinGroupRequest, handle, refuse>(); }

}  // namespace barnabas::broker
