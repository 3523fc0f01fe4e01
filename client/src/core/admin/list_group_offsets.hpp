#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/offset.hpp>

#include <functional>
#include <string>

namespace barnabas::client {

/// OffsetFetch, at the group's coordinator: everything that the group has committed.
void list_group_offsets(AdminEngine& engine, const Now& now, std::string group,
                        const AdminOptions& options,
                        std::function<void(const Now&, Result<Offsets>)> done);

}  // namespace barnabas::client
