#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/group_description.hpp>
#include <barnabas/admin/item_results.hpp>

#include <string>

namespace barnabas::client {

/// The committed offsets of a group beside the ends of the partitions.
void group_lag(AdminEngine& engine, const Now& now, std::string group, const AdminOptions& options,
               Done<ItemResults<TopicPartition, PartitionLag>> done);

}  // namespace barnabas::client
