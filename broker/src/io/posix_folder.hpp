#pragma once

#include "broker/src/core/storage/disk.hpp"

#include <barnabas/result.hpp>

#include <string>
#include <vector>

namespace barnabas::broker::io {

/// What a folder holds, sorted by name. `path` is relative to the folder `root`.
Result<std::vector<storage::FolderEntry>> list_folder(int root, const std::string& path);

/// Removes a file, or a folder with all it holds, as far as possible.
void remove_tree(int root, const std::string& path);

}  // namespace barnabas::broker::io
