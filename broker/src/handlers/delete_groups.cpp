#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "protocol/messages/delete_groups.hpp"

#include <memory>
#include <set>

namespace barnabas::broker {
namespace {

using protocol::DeleteGroupsRequest;
using protocol::DeleteGroupsResponse;

// Results come one by one, perhaps later; the last one sends the answer.
struct Deletion {
  std::vector<std::pair<std::string, ErrorCode>> results;
  std::size_t open = 0;
};

DeleteGroupsResponse refuse(const DeleteGroupsRequest& request, ErrorCode code) {
  DeleteGroupsResponse response;
  for (std::string_view id : request.groups_names) {
    auto& entry = response.results.emplace_back();
    entry.group_id = id;
    entry.error_code = code;
  }
  return response;
}

void handle(const DeleteGroupsRequest& request, RequestContext& context,
            const Responder<DeleteGroupsRequest>& respond) {
  auto deletion = std::make_shared<Deletion>();
  std::set<std::string_view> seen;
  for (std::string_view id : request.groups_names) {
    if (seen.insert(id).second) deletion->results.emplace_back(id, ErrorCode::none);
  }
  deletion->open = deletion->results.size() + 1;
  const auto finish_one = [deletion, respond] {
    if (--deletion->open > 0) return;
    DeleteGroupsResponse response;
    for (const auto& [id, error] : deletion->results) {
      auto& entry = response.results.emplace_back();
      entry.group_id = id;
      entry.error_code = error;
    }
    respond(response);
  };
  for (std::size_t i = 0; i < deletion->results.size(); ++i) {
    const std::string& id = deletion->results[i].first;
    const ErrorCode wrong = check_coordinator(context, id);
    if (wrong != ErrorCode::none) {
      deletion->results[i].second = wrong;
      finish_one();
      continue;
    }
    context.broker.groups.delete_group(context.now, id, [deletion, finish_one, i](ErrorCode error) {
      deletion->results[i].second = error;
      finish_one();
    });
  }
  finish_one();  // of the extra one that kept the answer back until all were asked
}

}  // namespace

ApiRoute delete_groups_route() { return route_whole<DeleteGroupsRequest, handle, refuse>(); }

}  // namespace barnabas::broker
