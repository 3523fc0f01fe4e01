#include "broker/src/core/storage/log_flush.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker::storage {

LogFlush::~LogFlush() {
  data_.syncs().forget(*this);
  close_all(new_files_);
  close_all(syncing_files_);
}

void LogFlush::close_all(Files& files) {
  for (const auto& [name, file] : std::exchange(files, {})) data_.disk().close(file);
}

void LogFlush::reset(std::int64_t durable) noexcept {
  durable_ = durable;
  target_ = std::min(target_, durable);
}

void LogFlush::folder_created(FileId metadata) {
  file_replaced(file_name::partition_metadata, metadata);
  folder_is_new_ = true;
}

void LogFlush::file_replaced(std::string_view name, FileId file) {
  const auto [known, is_first] = new_files_.try_emplace(name, file);
  if (!is_first) data_.disk().close(std::exchange(known->second, file));
  names_changed_ = true;
}

void LogFlush::start(const Now& now, std::int64_t end) {
  if (running() || data_.failed() || (durable_ >= end && !names_changed_)) return;
  target_ = end;
  for (auto at = segments_.holding(planted(PlantedBug::sync_last_segment_only) ? end : durable_);
       at != segments_.all().end(); ++at) {
    const Result<FileId> file = at->second->file();
    if (!file) return data_.sync_failed(now, file.error());
    data_.syncs().sync(*file, *this);
    ++pending_;
  }
  syncing_files_ = std::exchange(new_files_, {});
  for (const auto& [name, file] : syncing_files_) {
    data_.syncs().sync(file, *this);
    ++pending_;
  }
  if (std::exchange(names_changed_, false)) {
    if (planted(PlantedBug::forget_folder_sync)) {
      on_synced(now, SyncId{}, {});
      return;
    }
    data_.syncs().sync_folder(segments_.folder(), *this);
    ++pending_;
  }
  if (std::exchange(folder_is_new_, false)) {
    data_.syncs().sync_folder("", *this);
    ++pending_;
  }
}

void LogFlush::on_synced(const Now& now, SyncId, const Result<void>& result) {
  --pending_;
  if (!result && !planted(PlantedBug::ignore_sync_failure)) {
    return data_.sync_failed(now, result.error());
  }
  if ((running() && !planted(PlantedBug::sync_counts_early)) || data_.failed()) return;
  close_all(syncing_files_);
  durable_ = std::max(durable_, target_);
  listener_.on_flushed(now);
}

}  // namespace barnabas::broker::storage
