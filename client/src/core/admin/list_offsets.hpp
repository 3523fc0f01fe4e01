#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/item_results.hpp>
#include <barnabas/admin/offset_spec.hpp>
#include <barnabas/topic_partition.hpp>

#include <vector>

namespace barnabas::client {

/// ListOffsets, at each partition's leader; a leader that moves meanwhile is followed.
void list_offsets(AdminEngine& engine, const Now& now, std::vector<TopicPartition> partitions,
                  OffsetSpec spec, const AdminOptions& options,
                  Done<ItemResults<TopicPartition, ListedOffset>> done);

}  // namespace barnabas::client
