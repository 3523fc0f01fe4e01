#include "broker/src/core/storage/log_inventory.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "broker/src/core/storage/segment_scanner.hpp"
#include "protocol/base/byte_buffer.hpp"

#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::broker::storage {

namespace {

// Where the batches of a .swap file end. It was durable before it got its name, so damage in it is
// no trace of a crash.
Result<std::int64_t> end_of_swap(Disk& disk, const std::string& path, std::int64_t base_offset,
                                 std::uint64_t size) {
  const Result<FileId> file = disk.open(path, OpenMode::existing);
  if (!file) return file.error();
  ByteBuffer scratch;
  SegmentScanner scanner(disk, *file, 0, size, scratch, std::size_t{64} << 10);
  std::int64_t end = base_offset;
  SegmentScanner::Step step = scanner.next();
  for (; step == SegmentScanner::Step::batch; step = scanner.next()) {
    end = scanner.header().next_offset();
  }
  disk.close(*file);
  if (step != SegmentScanner::Step::end) return scanner.error().within(path);
  return end;
}

/// Puts a segment that compaction had finished in the place of those it was made of.
Result<void> take_swap(Disk& disk, const std::string& folder, std::int32_t index_interval,
                       const FolderEntry& entry, std::int64_t base_offset, LoadedLog& loaded) {
  const Result<std::int64_t> end =
      end_of_swap(disk, path_in(folder, entry.name), base_offset, entry.size);
  if (!end) return end.error();
  std::vector<std::int64_t> replaced;
  for (const auto& [base, segment] : loaded.segments.all()) {
    if (base > base_offset && base < *end) replaced.push_back(base);
  }
  for (const std::int64_t base : replaced) loaded.segments.remove(base);
  if (!loaded.segments.all().contains(base_offset))
    loaded.segments.add(base_offset, index_interval);
  loaded.segments.replace(base_offset, index_interval, suffix::swap, entry.size);
  loaded.swapped.push_back(base_offset);
  return {};
}

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
  std::vector<std::pair<const FolderEntry*, std::int64_t>> swaps;
  for (const FolderEntry& entry : *entries) {
    const std::string path = path_in(folder, entry.name);
    if (is_leftover(entry.name)) {
      const Result<void> removed = disk.remove(path);
      if (!removed) return removed;
      continue;
    }
    const std::optional<SegmentFileName> name = parse_segment_file(entry.name);
    if (!name) continue;
    if (name->suffix == std::string(suffix::log) + std::string(suffix::swap)) {
      swaps.emplace_back(&entry, name->base_offset);
    } else if (name->suffix.ends_with(suffix::swap)) {
      if (const Result<void> removed = disk.remove(path); !removed) return removed;  // an index
    } else if (name->suffix == suffix::log) {
      loaded.segments.add(name->base_offset, index_interval).attach(entry.size);
    } else if (name->suffix == suffix::snapshot) {
      loaded.snapshots.found(name->base_offset);
    } else if (name->suffix == suffix::index || name->suffix == suffix::time_index) {
      indexes[name->base_offset].push_back(path);
    }
  }
  for (const auto& [entry, base_offset] : swaps) {
    const Result<void> taken = take_swap(disk, folder, index_interval, *entry, base_offset, loaded);
    if (!taken) return taken;
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
