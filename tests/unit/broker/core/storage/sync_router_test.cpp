#include "broker/src/core/storage/sync_router.hpp"

#include "broker/src/io/memory_disk.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace barnabas;
using namespace barnabas::broker::storage;

namespace {

struct Owner final : SyncOwner {
  std::vector<SyncId> done;
  void on_synced(const Now&, SyncId id, const Result<void>&) override { done.push_back(id); }
};

}  // namespace

TEST_CASE("outcomes go to who asked, unless it is gone") {
  broker::io::MemoryDisk disk;
  SyncRouter syncs(disk);
  Owner first;
  Owner second;
  const SyncId a = syncs.sync_folder("", first);
  const SyncId b = syncs.sync_folder("", second);
  const SyncId c = syncs.sync_folder("", first);
  syncs.on_synced(Now(), a, {});
  CHECK(first.done == std::vector{a});
  CHECK_FALSE(syncs.idle());
  syncs.forget(first);
  syncs.on_synced(Now(), c, {});
  syncs.on_synced(Now(), b, {});
  syncs.on_synced(Now(), b, {});
  CHECK(first.done == std::vector{a});
  CHECK(second.done == std::vector{b});
  CHECK(syncs.idle());
}
