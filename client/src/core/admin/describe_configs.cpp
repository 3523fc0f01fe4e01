#include "client/src/core/admin/describe_configs.hpp"

#include "client/src/core/admin/config_target.hpp"
#include "client/src/core/admin/gather.hpp"
#include "protocol/messages/describe_configs.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace barnabas::client {

namespace {

using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using Entries = std::vector<ConfigEntry>;
using Descriptions = Gather<ConfigResource, Entries>;
using Indexes = std::vector<std::size_t>;

DescribeConfigsRequest build(const Descriptions& gather, const Indexes& indexes) {
  DescribeConfigsRequest request;
  for (const std::size_t index : indexes) {
    auto& resource = request.resources.emplace_back();
    resource.resource_type = static_cast<std::int8_t>(gather.key(index).type());
    resource.resource_name = gather.key(index).name();
    resource.configuration_keys.reset();
  }
  return request;
}

Entries to_entries(const DescribeConfigsResponse::DescribeConfigsResult& result) {
  Entries entries;
  for (const auto& from : result.configs) {
    ConfigEntry& entry = entries.emplace_back();
    entry.name = from.name;
    if (from.value) entry.value = std::string(*from.value);
    entry.source = static_cast<ConfigEntry::Source>(from.config_source);
    entry.read_only = from.read_only;
    entry.sensitive = from.is_sensitive;
  }
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

void collect(Descriptions& gather, const Indexes& indexes,
             const Reply<DescribeConfigsResponse>& reply) {
  for (const std::size_t index : indexes) {
    const ConfigResource& resource = gather.key(index);
    if (!reply) {
      gather.set_unanswered(index, reply.error());
      continue;
    }
    const auto answer = std::ranges::find_if(reply->results, [&](const auto& candidate) {
      return candidate.resource_type == static_cast<std::int8_t>(resource.type()) &&
             candidate.resource_name == resource.name();
    });
    if (answer == reply->results.end()) {
      gather.set(index, unmentioned(to_string(resource)));
    } else if (answer->error_code != ErrorCode::none) {
      gather.set(index, item_error(answer->error_code, to_string(resource), answer->error_message));
    } else {
      gather.set(index, to_entries(*answer));
    }
  }
}

}  // namespace

void describe_configs(AdminEngine& engine, const Now& now, std::vector<ConfigResource> resources,
                      const AdminOptions& options,
                      Done<ItemResults<ConfigResource, std::vector<ConfigEntry>>> done) {
  const auto gather = std::make_shared<Descriptions>(std::move(resources), std::move(done));
  gather->finish_if_empty();
  for (auto& [node, indexes] : by_config_node(*gather)) {
    engine.cluster().send<DescribeConfigsRequest>(
        now, node == no_node ? Target::any() : Target::node(node), engine.send_options(options),
        [gather, indexes = indexes](std::int16_t) {
          return Result<DescribeConfigsRequest>(build(*gather, indexes));
        },
        [gather, indexes = indexes](const Now&, const Reply<DescribeConfigsResponse>& reply) {
          collect(*gather, indexes, reply);
        });
  }
}

}  // namespace barnabas::client
