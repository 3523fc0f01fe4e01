#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/loaded_log.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <string>

namespace barnabas::broker::storage {

/// Looks at what the folder of a log holds: adds its segments, closed, and its snapshots to
/// `loaded`. Removes what is left of work that a crash cut off: files under removal, unfinished
/// ones, indexes without a segment. Errors: of the disk.
Result<void> take_inventory(Disk& disk, const std::string& folder, std::int32_t index_interval,
                            LoadedLog& loaded);

}  // namespace barnabas::broker::storage
