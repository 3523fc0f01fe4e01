#pragma once

#include "broker/src/core/storage/disk.hpp"
#include "broker/src/core/storage/loaded_log.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <string>

namespace barnabas::broker::storage {

/// Looks at what the folder of a log holds: adds its segments, closed, and its snapshots to
/// `loaded`. Removes what is left of work that a crash cut off: files under removal, unfinished
/// ones, indexes without a segment. Finishes what a compaction had begun to replace, but for
/// the last renaming (LoadedLog::swapped). Errors: of the disk; corrupt_message about a .swap file.
Result<void> take_inventory(Disk& disk, const std::string& folder, std::int32_t index_interval,
                            LoadedLog& loaded);

}  // namespace barnabas::broker::storage
