#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/group_description.hpp>

namespace barnabas::client {

/// ListGroups, of every broker.
void list_groups(AdminEngine& engine, const Now& now, const AdminOptions& options,
                 Done<GroupListings> done);

}  // namespace barnabas::client
