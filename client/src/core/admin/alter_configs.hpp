#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/config_resource.hpp>
#include <barnabas/admin/item_results.hpp>

#include <vector>

namespace barnabas::client {

/// IncrementalAlterConfigs: settings of brokers at the broker itself, others at any broker, which
/// forwards to the controller.
void alter_configs(AdminEngine& engine, const Now& now, std::vector<ConfigChange> changes,
                   const AdminOptions& options, Done<ItemResults<ConfigResource, void>> done);

}  // namespace barnabas::client
