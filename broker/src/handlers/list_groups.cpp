#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/list_groups.hpp"

#include <algorithm>
#include <cctype>

namespace barnabas::broker {
namespace {

using protocol::ListGroupsRequest;
using protocol::ListGroupsResponse;

constexpr std::string_view classic = "classic";

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

// An empty filter lets everything pass.
bool passes(const std::vector<std::string_view>& filter, std::string_view value) {
  return filter.empty() || std::any_of(filter.begin(), filter.end(), [&](std::string_view wanted) {
           return equal_ignoring_case(wanted, value);
         });
}

ListGroupsResponse refuse(const ListGroupsRequest&, ErrorCode code) {
  ListGroupsResponse response;
  response.error_code = code;
  return response;
}

void handle(const ListGroupsRequest& request, RequestContext& context,
            const Responder<ListGroupsRequest>& respond) {
  ListGroupsResponse response;
  for (const auto& [id, group] : context.broker.groups.groups()) {
    // Every node lists the groups that it coordinates.
    if (check_coordinator(context, id) != ErrorCode::none) continue;
    if (!passes(request.states_filter, name(group.state())) ||
        !passes(request.types_filter, classic)) {
      continue;
    }
    auto& entry = response.groups.emplace_back();
    entry.group_id = id;
    entry.protocol_type = group.protocol_type();
    entry.group_state = name(group.state());
    entry.group_type = classic;
  }
  respond(response);
}

}  // namespace

ApiRoute list_groups_route() { return route_whole<ListGroupsRequest, handle, refuse>(); }

}  // namespace barnabas::broker
