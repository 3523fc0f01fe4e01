#include "client/src/core/admin/alter_configs.hpp"

#include "client/src/core/admin/config_target.hpp"
#include "client/src/core/admin/gather.hpp"
#include "protocol/messages/incremental_alter_configs.hpp"

#include <algorithm>
#include <memory>

namespace barnabas::client {

namespace {

using protocol::IncrementalAlterConfigsRequest;
using protocol::IncrementalAlterConfigsResponse;
using Outcomes = Gather<ConfigResource, void>;
using Indexes = std::vector<std::size_t>;

IncrementalAlterConfigsRequest build(const std::vector<ConfigChange>& changes,
                                     const Indexes& indexes, bool validate_only) {
  IncrementalAlterConfigsRequest request;
  request.validate_only = validate_only;
  for (const std::size_t index : indexes) {
    const ConfigChange& change = changes[index];
    auto& resource = request.resources.emplace_back();
    resource.resource_type = static_cast<std::int8_t>(change.resource().type());
    resource.resource_name = change.resource().name();
    for (const ConfigChange::Entry& entry : change.entries()) {
      auto& config = resource.configs.emplace_back();
      config.name = entry.name;
      config.config_operation = static_cast<std::int8_t>(entry.operation);
      config.value.reset();
      if (entry.value) config.value = *entry.value;
    }
  }
  return request;
}

void collect(Outcomes& gather, const Indexes& indexes,
             const Reply<IncrementalAlterConfigsResponse>& reply) {
  for (const std::size_t index : indexes) {
    const ConfigResource& resource = gather.key(index);
    if (!reply) {
      gather.set_unanswered(index, reply.error());
      continue;
    }
    const auto answer = std::ranges::find_if(reply->responses, [&](const auto& candidate) {
      return candidate.resource_type == static_cast<std::int8_t>(resource.type()) &&
             candidate.resource_name == resource.name();
    });
    if (answer == reply->responses.end()) {
      gather.set(index, unmentioned(to_string(resource)));
    } else if (answer->error_code != ErrorCode::none) {
      gather.set(index, item_error(answer->error_code, to_string(resource), answer->error_message));
    } else {
      gather.set(index, Result<void>());
    }
  }
}

}  // namespace

void alter_configs(AdminEngine& engine, const Now& now, std::vector<ConfigChange> changes,
                   const AdminOptions& options, Done<ItemResults<ConfigResource, void>> done) {
  std::vector<ConfigResource> resources;
  resources.reserve(changes.size());
  for (const ConfigChange& change : changes) resources.push_back(change.resource());
  const auto shared = std::make_shared<const std::vector<ConfigChange>>(std::move(changes));
  const auto gather = std::make_shared<Outcomes>(std::move(resources), std::move(done));
  gather->finish_if_empty();
  for (auto& [node, indexes] : by_config_node(*gather)) {
    engine.cluster().send<IncrementalAlterConfigsRequest>(
        now, node == no_node ? Target::any() : Target::node(node), engine.send_options(options),
        [shared, indexes = indexes, validate_only = options.validate_only()](std::int16_t) {
          return Result<IncrementalAlterConfigsRequest>(build(*shared, indexes, validate_only));
        },
        [gather, indexes = indexes](const Now&,
                                    const Reply<IncrementalAlterConfigsResponse>& reply) {
          collect(*gather, indexes, reply);
        },
        [](const IncrementalAlterConfigsResponse& response) {
          return controller_error(response.responses);
        });
  }
}

}  // namespace barnabas::client
