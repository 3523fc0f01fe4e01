#pragma once

#include "broker/src/core/group/coordinator_places.hpp"
#include "broker/src/core/group/request_context.hpp"
#include "broker/src/core/request/api_route.hpp"

#include <string>
#include <string_view>

namespace barnabas::broker {

// The rows of the router table that concern groups, one file each.
ApiRoute find_coordinator_route();
ApiRoute join_group_route();
ApiRoute sync_group_route();
ApiRoute heartbeat_route();
ApiRoute leave_group_route();
ApiRoute offset_commit_route();
ApiRoute offset_fetch_route();
ApiRoute offset_delete_route();
ApiRoute describe_groups_route();
ApiRoute list_groups_route();
ApiRoute delete_groups_route();

/// none when the node that was asked coordinates the group, else not_coordinator.
inline ErrorCode check_coordinator(const RequestContext& context, std::string_view group_id) {
  return context.broker.coordinators.node_of(group_id) == context.node ? ErrorCode::none
                                                                       : ErrorCode::not_coordinator;
}

/// "/127.0.0.1", as Kafka shows members' hosts.
inline std::string client_host(const RequestContext& context) {
  std::string text = context.client_address.to_string();
  text.resize(text.rfind(':'));
  if (text.starts_with('[')) text = text.substr(1, text.size() - 2);
  return "/" + text;
}

}  // namespace barnabas::broker
