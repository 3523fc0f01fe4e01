#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/item_results.hpp>
#include <barnabas/admin/new_topic.hpp>

#include <vector>

namespace barnabas::client {

/// CreatePartitions, at the controller.
void create_partitions(AdminEngine& engine, const Now& now, std::vector<NewPartitions> topics,
                       const AdminOptions& options, Done<NamedResults<void>> done);

}  // namespace barnabas::client
