#pragma once

#include "broker/src/core/storage/log_manager.hpp"
#include "broker/src/io/memory_disk.hpp"
#include "protocol/base/logger.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::broker::test {

/// Logs of one topic, "t", on a disk in memory, without a broker around them.
class LogWorld {
 public:
  explicit LogWorld(std::int32_t partitions = 2,
                    storage::FsyncPolicy fsync = storage::FsyncPolicy::interval)
      : manager(disk, config(fsync), logger) {
    REQUIRE(manager.open(now));
    deliver();
    REQUIRE(manager.create_topic(now, {"t", Uuid(1, 1), partitions, {}}));
    deliver();
    static_cast<void>(manager.take_advanced());
  }

  storage::PartitionLog& log(std::int32_t partition = 0) { return *manager.log("t", partition); }
  /// Appends one batch and returns its last offset.
  std::int64_t append(std::int32_t partition = 0, std::int32_t count = 1) {
    const BytesView batch = some_batch(count);
    std::vector<std::byte> bytes(batch.begin(), batch.end());
    const auto appended =
        log(partition).append(now, {bytes, nullptr}, storage::AppendOrigin::client);
    REQUIRE(appended);
    return appended->last_offset;
  }
  void deliver() {
    while (disk.has_completions()) disk.deliver(now, manager);
  }

  Now now{Instant(std::chrono::seconds(1000)), 1'700'000'000'000};
  io::MemoryDisk disk;
  Logger logger;
  storage::LogManager manager;

 private:
  static storage::StorageConfig config(storage::FsyncPolicy fsync) {
    storage::StorageConfig config;
    config.fsync = fsync;
    config.new_cluster_id = Uuid(2, 2);
    return config;
  }
};

}  // namespace barnabas::broker::test
