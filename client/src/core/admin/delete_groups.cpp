#include "client/src/core/admin/delete_groups.hpp"

#include "client/src/core/admin/gather.hpp"
#include "protocol/messages/delete_groups.hpp"

#include <memory>

namespace barnabas::client {

namespace {

using protocol::DeleteGroupsRequest;
using protocol::DeleteGroupsResponse;
using Outcomes = Gather<std::string, void>;

void collect(Outcomes& gather, std::size_t index, const Reply<DeleteGroupsResponse>& reply) {
  const std::string& group = gather.key(index);
  if (!reply) {
    gather.set_unanswered(index, reply.error());
  } else if (reply->results.size() != 1 || reply->results[0].group_id != group) {
    gather.set(index, unmentioned(group));
  } else if (reply->results[0].error_code != ErrorCode::none) {
    gather.set(index, item_error(reply->results[0].error_code, group));
  } else {
    gather.set(index, Result<void>());
  }
}

ErrorCode group_error(const DeleteGroupsResponse& response) {
  return response.results.empty() ? ErrorCode::none : response.results[0].error_code;
}

}  // namespace

void delete_groups(AdminEngine& engine, const Now& now, std::vector<std::string> groups,
                   const AdminOptions& options, Done<NamedResults<void>> done) {
  const auto gather = std::make_shared<Outcomes>(std::move(groups), std::move(done));
  gather->finish_if_empty();
  for (std::size_t index = 0; index < gather->keys().size(); ++index) {
    engine.cluster().send<DeleteGroupsRequest>(
        now, Target::coordinator(CoordinatorType::group, gather->key(index)),
        engine.send_options(options),
        [gather, index](std::int16_t) {
          DeleteGroupsRequest request;
          request.groups_names.emplace_back(gather->key(index));
          return Result<DeleteGroupsRequest>(std::move(request));
        },
        [gather, index](const Now&, const Reply<DeleteGroupsResponse>& reply) {
          collect(*gather, index, reply);
        },
        group_error);
  }
}

}  // namespace barnabas::client
