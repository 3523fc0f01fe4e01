#include "broker/src/core/storage/sync_router.hpp"

namespace barnabas::broker::storage {

SyncId SyncRouter::sync(FileId file, SyncOwner& owner) {
  const SyncId id{next_++};
  owners_.emplace(id, &owner);
  disk_.sync(id, file);
  return id;
}

SyncId SyncRouter::sync_folder(std::string_view folder, SyncOwner& owner) {
  const SyncId id{next_++};
  owners_.emplace(id, &owner);
  disk_.sync_folder(id, folder);
  return id;
}

void SyncRouter::forget(const SyncOwner& owner) {
  std::erase_if(owners_, [&](const auto& entry) { return entry.second == &owner; });
}

void SyncRouter::on_synced(const Now& now, SyncId id, const Result<void>& result) {
  const auto entry = owners_.find(id);
  if (entry == owners_.end()) return;
  SyncOwner* owner = entry->second;
  owners_.erase(entry);
  owner->on_synced(now, id, result);
}

}  // namespace barnabas::broker::storage
