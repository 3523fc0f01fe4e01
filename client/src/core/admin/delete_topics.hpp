#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/item_results.hpp>

#include <string>
#include <vector>

namespace barnabas::client {

/// DeleteTopics, at the controller.
void delete_topics(AdminEngine& engine, const Now& now, std::vector<std::string> names,
                   const AdminOptions& options, Done<NamedResults<void>> done);

}  // namespace barnabas::client
