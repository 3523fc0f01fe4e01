#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "broker/src/handlers/authorized_operations.hpp"
#include "protocol/messages/describe_groups.hpp"

#include <deque>

namespace barnabas::broker {
namespace {

using protocol::DescribeGroupsRequest;
using protocol::DescribeGroupsResponse;

BytesView view(const std::vector<std::byte>& bytes) { return {bytes.data(), bytes.size()}; }

void describe(const ClassicGroup& group, DescribeGroupsResponse::DescribedGroup& entry) {
  entry.group_state = name(group.state());
  entry.protocol_type = group.protocol_type();
  const bool stable = group.is(GroupState::stable);
  if (stable) entry.protocol_data = group.protocol_name();
  for (const auto& [id, member] : group.members()) {
    auto& described = entry.members.emplace_back();
    described.member_id = id;
    if (member.group_instance_id) described.group_instance_id = *member.group_instance_id;
    described.client_id = member.client_id;
    described.client_host = member.client_host;
    described.member_assignment = view(member.assignment);
    // While a rebalance is going on no subscription has been chosen.
    if (stable) described.member_metadata = member.metadata_for(group.protocol_name());
  }
}

DescribeGroupsResponse refuse(const DescribeGroupsRequest& request, ErrorCode code) {
  DescribeGroupsResponse response;
  for (std::string_view id : request.groups) {
    auto& entry = response.groups.emplace_back();
    entry.group_id = id;
    entry.error_code = code;
  }
  return response;
}

void handle(const DescribeGroupsRequest& request, RequestContext& context,
            const Responder<DescribeGroupsRequest>& respond) {
  DescribeGroupsResponse response;
  std::deque<std::string> messages;
  for (std::string_view id : request.groups) {
    auto& entry = response.groups.emplace_back();
    entry.group_id = id;
    entry.error_code = check_coordinator(context, id);
    if (entry.error_code != ErrorCode::none) continue;
    if (const ClassicGroup* group = context.broker.groups.find(id)) {
      if (request.include_authorized_operations) entry.authorized_operations = group_operations;
      describe(*group, entry);
      continue;
    }
    entry.group_state = name(GroupState::dead);
    if (context.version < 6) {
      if (request.include_authorized_operations) entry.authorized_operations = group_operations;
    } else {
      entry.error_code = ErrorCode::group_id_not_found;
      entry.error_message = messages.emplace_back("Group " + std::string(id) + " not found.");
    }
  }
  respond(response);
}

}  // namespace

ApiRoute describe_groups_route() { return route_whole<DescribeGroupsRequest, handle, refuse>(); }

}  // namespace barnabas::broker
