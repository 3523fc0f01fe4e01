#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/config_resource.hpp>
#include <barnabas/admin/item_results.hpp>

#include <vector>

namespace barnabas::client {

/// DescribeConfigs: brokers are asked about themselves, any broker about the rest.
void describe_configs(AdminEngine& engine, const Now& now, std::vector<ConfigResource> resources,
                      const AdminOptions& options,
                      Done<ItemResults<ConfigResource, std::vector<ConfigEntry>>> done);

}  // namespace barnabas::client
