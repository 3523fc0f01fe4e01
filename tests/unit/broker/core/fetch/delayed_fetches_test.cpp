#include "broker/src/core/fetch/delayed_fetches.hpp"

#include "tests/unit/broker/support/log_world.hpp"

#include <doctest/doctest.h>

#include <string>

namespace barnabas::broker::test {
namespace {

using namespace std::chrono_literals;

struct World : LogWorld {
  void wait(std::uint64_t connection, std::size_t missing_bytes,
            std::vector<std::int32_t> partitions, std::size_t max_bytes = 1 << 20) {
    DelayedFetch fetch;
    fetch.token = {network::ConnectionId{connection}, 0};
    fetch.deadline = now.monotonic + 100ms;
    fetch.missing_bytes = missing_bytes;
    for (const std::int32_t partition : partitions) {
      fetch.watches.push_back({&log(partition), log(partition).high_watermark(), max_bytes});
    }
    fetch.complete = [this, connection](const Now&) { done += std::to_string(connection) + " "; };
    fetches.add(std::move(fetch));
  }
  void produce(std::int32_t partition) {
    append(partition);
    for (storage::PartitionLog* log : manager.take_advanced()) fetches.log_advanced(now, *log);
  }

  DelayedFetches fetches;
  std::string done;
  const std::size_t batch = some_batch(1).size();
};

TEST_CASE("delayed_fetches: complete when their own partitions bring enough") {
  World world;
  world.wait(1, 1, {0});
  world.wait(2, 1, {1});
  world.wait(3, 2 * world.batch, {0, 1});
  world.produce(1);
  CHECK(world.done == "2 ");
  world.produce(1);
  CHECK(world.done == "2 3 ");
  world.produce(0);
  CHECK(world.done == "2 3 1 ");
  CHECK(world.fetches.size() == 0);
  CHECK_FALSE(world.fetches.next_deadline());
}

TEST_CASE("delayed_fetches: a partition counts up to its own limit") {
  World world;
  world.wait(1, 2 * world.batch, {0, 1}, world.batch);
  for (int i = 0; i < 3; ++i) world.produce(0);
  CHECK(world.done.empty());
  world.produce(1);
  CHECK(world.done == "1 ");
}

TEST_CASE("delayed_fetches: complete at their deadline, and when something happens to a log") {
  World world;
  world.wait(1, 1000000, {0});
  world.wait(2, 1000000, {1});
  world.fetches.log_changed(world.now, world.log(1));
  CHECK(world.done == "2 ");
  world.now.monotonic += 99ms;
  world.fetches.advance(world.now);
  CHECK(world.done == "2 ");
  world.now.monotonic += 1ms;
  world.fetches.advance(world.now);
  CHECK(world.done == "2 1 ");
}

TEST_CASE("delayed_fetches: go with their connection") {
  World world;
  world.wait(1, 1, {0});
  world.wait(2, 1, {0});
  world.fetches.connection_closed(network::ConnectionId{1});
  world.produce(0);
  CHECK(world.done == "2 ");
}

}  // namespace
}  // namespace barnabas::broker::test
