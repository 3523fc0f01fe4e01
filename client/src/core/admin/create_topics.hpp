#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/item_results.hpp>
#include <barnabas/admin/new_topic.hpp>

#include <vector>

namespace barnabas::client {

/// CreateTopics, at the controller.
void create_topics(AdminEngine& engine, const Now& now, std::vector<NewTopic> topics,
                   const AdminOptions& options, Done<NamedResults<CreatedTopic>> done);

}  // namespace barnabas::client
