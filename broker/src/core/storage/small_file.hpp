#pragma once

#include "broker/src/core/storage/disk.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Files that are read and written as a whole.

namespace barnabas::broker::storage {

/// The content; nothing when there is no such file. Errors: malformed_message above `max_size`.
Result<std::optional<std::string>> read_small_file(Disk& disk, std::string_view path,
                                                   std::size_t max_size = std::size_t{256} << 20);

/// Replaces the content. A crash can leave the old, the new or a damaged file behind: for files
/// that are rebuilt when they are damaged.
Result<void> write_small_file(Disk& disk, std::string_view path, BytesView content);

/// The same, but never damaged by the end of the process: writes beside and renames.
Result<void> replace_small_file(Disk& disk, std::string_view path, BytesView content);

}  // namespace barnabas::broker::storage
