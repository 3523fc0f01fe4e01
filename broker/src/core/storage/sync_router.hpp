#pragma once

#include "broker/src/core/storage/disk.hpp"

#include <map>
#include <string_view>

namespace barnabas::broker::storage {

/// Who asked for a sync.
class SyncOwner {
 public:
  virtual void on_synced(const Now& now, SyncId id, const Result<void>& result) = 0;

 protected:
  ~SyncOwner() = default;
};

/// Numbers the syncs of one disk and hands the outcomes to those who asked.
/// Thread-safety: none.
class SyncRouter {
 public:
  explicit SyncRouter(Disk& disk) : disk_(disk) {}

  /// Lifetime: `owner` lives until the outcome arrived or `forget`.
  SyncId sync(FileId file, SyncOwner& owner);
  SyncId sync_folder(std::string_view folder, SyncOwner& owner);
  /// Outcomes for `owner` that are still to come are dropped.
  void forget(const SyncOwner& owner);

  void on_synced(const Now& now, SyncId id, const Result<void>& result);
  /// Whether every outcome has arrived.
  bool idle() const noexcept { return owners_.empty(); }

 private:
  Disk& disk_;
  std::map<SyncId, SyncOwner*> owners_;
  std::uint64_t next_ = 1;
};

}  // namespace barnabas::broker::storage
