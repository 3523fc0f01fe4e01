#include "broker/src/core/storage/log_inventory.hpp"

#include "broker/src/core/storage/file_names.hpp"

#include <array>
#include <map>
#include <string_view>
#include <vector>

namespace barnabas::broker::storage {

namespace {

bool is_leftover(std::string_view name) {
  constexpr std::array unfinished{suffix::deleted, suffix::cleaned, suffix::temporary};
  for (const std::string_view end : unfinished) {
    if (name.ends_with(end)) return true;
  }
  return false;
}

}  // namespace

Result<void> take_inventory(Disk& disk, const std::string& folder, std::int32_t index_interval,
                            LoadedLog& loaded) {
  const Result<std::vector<FolderEntry>> entries = disk.list(folder);
  if (!entries) return entries.error();
  std::map<std::int64_t, std::vector<std::string>> indexes;
  for (const FolderEntry& entry : *entries) {
    const std::string path = path_in(folder, entry.name);
    if (is_leftover(entry.name)) {
      const Result<void> removed = disk.remove(path);
      if (!removed) return removed;
      continue;
    }
    const std::optional<SegmentFileName> name = parse_segment_file(entry.name);
    if (!name) continue;
    if (name->suffix == suffix::log) {
      loaded.segments.add(name->base_offset, index_interval).attach(entry.size);
    } else if (name->suffix == suffix::snapshot) {
      loaded.snapshots.found(name->base_offset);
    } else if (name->suffix == suffix::index || name->suffix == suffix::time_index) {
      indexes[name->base_offset].push_back(path);
    }
  }
  for (const auto& [base_offset, paths] : indexes) {
    if (loaded.segments.all().contains(base_offset)) continue;
    for (const std::string& path : paths) {
      const Result<void> removed = disk.remove(path);
      if (!removed) return removed;
    }
  }
  return {};
}

}  // namespace barnabas::broker::storage
