#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/group_description.hpp>
#include <barnabas/admin/item_results.hpp>

#include <string>
#include <vector>

namespace barnabas::client {

/// DescribeGroups, at each group's coordinator.
void describe_groups(AdminEngine& engine, const Now& now, std::vector<std::string> groups,
                     const AdminOptions& options, Done<NamedResults<GroupDescription>> done);

}  // namespace barnabas::client
