#include "broker/src/core/storage/data_folder.hpp"

#include "broker/src/core/storage/partition_log.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace barnabas::broker::storage {

namespace {

// How often the free space is looked at while there is plenty, and while there is too little.
constexpr Duration space_interval = std::chrono::seconds(5);
constexpr Duration full_interval = std::chrono::milliseconds(500);

constexpr std::uint64_t largest_default_reserve = std::uint64_t{1} << 30;

std::uint64_t reserve_of(const StorageConfig& config, const DiskSpace& space) {
  if (config.disk_reserve_bytes >= 0) return static_cast<std::uint64_t>(config.disk_reserve_bytes);
  return std::min(largest_default_reserve, space.total / 20);
}

}  // namespace

DataFolder::DataFolder(Disk& disk, const StorageConfig& config, Logger& logger)
    : disk_(disk),
      config_(config),
      logger_(logger),
      syncs_(disk),
      state_files_(disk, syncs_),
      tail_(config.tail_cache_bytes) {}

Result<void> DataFolder::check() const {
  if (failed()) return Error(ErrorCode::kafka_storage_error, failure_.context());
  return {};
}

Result<void> DataFolder::admit(const Now& now, std::size_t bytes) {
  if (Result<void> usable = check(); !usable) return usable;
  if (!open_) return Error(ErrorCode::kafka_storage_error, "the data folder is not open");
  const auto size = static_cast<std::int64_t>(bytes);
  const Duration interval = appendable_ < size ? full_interval : space_interval;
  if (!looked_at_space_ || now.monotonic - *looked_at_space_ >= interval) look_at_space(now);
  if (appendable_ < size) {
    return Error(ErrorCode::kafka_storage_error,
                 "the disk is full up to the reserve (barnabas.disk.reserve.bytes)");
  }
  appendable_ -= size;
  return {};
}

void DataFolder::look_at_space(const Now& now) {
  looked_at_space_ = now.monotonic;
  const Result<DiskSpace> space = disk_.space();
  if (!space) return;
  const bool was_full = appendable_ <= 0;
  appendable_ = static_cast<std::int64_t>(space->free) -
                static_cast<std::int64_t>(reserve_of(config_, *space));
  if (appendable_ <= 0 && !was_full) {
    logger_.log(now, LogLevel::error, "disk full, appends are refused", {{"free", space->free}});
  }
}

Error DataFolder::change_failed(const Now& now, const Error& error) {
  if (error == ErrorCode::disk_full) {
    appendable_ = 0;
    looked_at_space_ = now.monotonic;
    logger_.log(now, LogLevel::error, "disk full, appends are refused", {{"error", error}});
  } else {
    sync_failed(now, error);
  }
  return Error(ErrorCode::kafka_storage_error, error.context());
}

void DataFolder::sync_failed(const Now& now, const Error& error) {
  if (failed()) return;
  failure_ = error;
  logger_.log(now, LogLevel::error, "data folder failed, nothing is written any more",
              {{"error", error}});
}

std::vector<PartitionLog*> DataFolder::take_advanced() {
  for (PartitionLog* log : advanced_) log->advance_taken();
  return std::exchange(advanced_, {});
}

void DataFolder::forget(const PartitionLog& log) { std::erase(advanced_, &log); }

bool DataFolder::take_checkpoint_request() noexcept {
  return std::exchange(checkpoint_requested_, false);
}

}  // namespace barnabas::broker::storage
