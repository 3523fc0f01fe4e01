#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/leave_group.hpp"

namespace barnabas::broker {
namespace {

using protocol::LeaveGroupRequest;
using protocol::LeaveGroupResponse;

LeaveGroupResponse refuse(const LeaveGroupRequest&, ErrorCode code) {
  LeaveGroupResponse response;
  response.error_code = code;
  return response;
}

void handle(const LeaveGroupRequest& request, RequestContext& context,
            const Responder<LeaveGroupRequest>& respond) {
  if (const ErrorCode wrong = check_coordinator(context, request.group_id);
      wrong != ErrorCode::none) {
    return respond(refuse(request, wrong));
  }
  if (request.group_id.empty()) return respond(refuse(request, ErrorCode::invalid_group_id));
  const std::vector<ErrorCode> results =
      context.broker.groups.membership().leave(context.now, request, context.version);
  LeaveGroupResponse response;
  if (context.version < 3) {
    response.error_code = results.front();
    return respond(response);
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    auto& entry = response.members.emplace_back();
    entry.member_id = request.members[i].member_id;
    entry.group_instance_id = request.members[i].group_instance_id;
    entry.error_code = results[i];
  }
  respond(response);
}

}  // namespace

ApiRoute leave_group_route() { return route_whole<LeaveGroupRequest, handle, refuse>(); }

}  // namespace barnabas::broker
