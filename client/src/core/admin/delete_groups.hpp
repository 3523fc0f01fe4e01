#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/item_results.hpp>

#include <string>
#include <vector>

namespace barnabas::client {

/// DeleteGroups, at each group's coordinator.
void delete_groups(AdminEngine& engine, const Now& now, std::vector<std::string> groups,
                   const AdminOptions& options, Done<NamedResults<void>> done);

}  // namespace barnabas::client
