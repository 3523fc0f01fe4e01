#include "broker/src/core/wait/commit_waits.hpp"

#include "tests/unit/broker/support/log_world.hpp"

#include <doctest/doctest.h>

#include <string>

namespace barnabas::broker::test {
namespace {

using namespace std::chrono_literals;

struct World : LogWorld {
  World() : LogWorld(2, storage::FsyncPolicy::always) {}

  void wait(std::string name, std::int32_t partition, std::int64_t offset,
            std::optional<Instant> deadline = std::nullopt) {
    waits.add(now, log(partition), offset, deadline,
              [this, name = std::move(name)](const Now&, ErrorCode code) {
                ended += name + ":" + std::to_string(static_cast<int>(code)) + " ";
              });
  }
  void sync() {
    deliver();
    for (storage::PartitionLog* log : manager.take_advanced()) waits.log_advanced(now, *log);
  }

  CommitWaits waits;
  std::string ended;
};

TEST_CASE("commit_waits: end when the high watermark passes them, in the order of offsets") {
  World world;
  world.append(0);
  world.append(0);
  world.wait("second", 0, 1);
  world.wait("first", 0, 0);
  world.wait("third", 0, 2);
  world.wait("other", 1, 0);
  CHECK(world.ended.empty());
  world.sync();
  CHECK(world.ended == "first:0 second:0 ");
  CHECK(world.waits.size() == 2);
  world.wait("at once", 0, 1);
  CHECK(world.ended == "first:0 second:0 at once:0 ");
}

TEST_CASE("commit_waits: end at their deadline") {
  World world;
  world.append(0);
  world.wait("late", 0, 0, world.now.monotonic + 20ms);
  world.wait("soon", 0, 0, world.now.monotonic + 10ms);
  CHECK(world.waits.next_deadline() == world.now.monotonic + 10ms);
  world.now.monotonic += 10ms;
  world.waits.advance(world.now);
  CHECK(world.ended == "soon:7 ");
  world.sync();
  CHECK(world.ended == "soon:7 late:0 ");
  CHECK_FALSE(world.waits.next_deadline());
}

TEST_CASE("commit_waits: end with the log they wait for") {
  World world;
  world.wait("a", 0, 0);
  world.wait("b", 1, 0);
  world.waits.fail(world.now, world.log(0), ErrorCode::unknown_topic_or_partition);
  CHECK(world.ended == "a:3 ");
  world.waits.fail_all(world.now, ErrorCode::kafka_storage_error);
  CHECK(world.ended == "a:3 b:56 ");
  CHECK(world.waits.size() == 0);
}

}  // namespace
}  // namespace barnabas::broker::test
