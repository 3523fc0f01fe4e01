#include "client/src/core/producer/sticky_partition.hpp"

#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

struct StickyWorld : TopicWorld {
  explicit StickyWorld(std::int32_t partitions = 8) { settle(partitions); }

  StickyPartition::Options options{false, 16'000, 128'000, Duration(5ms)};
  std::optional<StickyPartition> made;
  Instant now{1h};

  StickyPartition& sticky() {
    if (!made) {
      made.emplace(options, 5);
      made->choose(-1, topic().queues(), now);
    }
    return *made;
  }
  void next() { sticky().choose(sticky().current(), topic().queues(), now); }
  std::map<std::int32_t, int> draw(int times) {
    std::map<std::int32_t, int> seen;
    for (int i = 0; i < times; ++i) {
      next();
      ++seen[sticky().current()];
    }
    return seen;
  }
};

}  // namespace

TEST_CASE("sticky partition: over time every partition gets its share") {
  StickyWorld world;
  const auto seen = world.draw(8000);
  CHECK(seen.size() == 8);
  for (const auto& each : seen) {
    const auto& partition = each.first;
    const auto& count = each.second;
    CAPTURE(partition);
    CHECK(count > 850);
    CHECK(count < 1150);
  }
}

TEST_CASE("sticky partition: a turn that another thread ended is not ended again") {
  StickyWorld world;
  const std::int32_t first = world.sticky().current();
  while (world.sticky().current() == first) world.next();
  const std::int32_t second = world.sticky().current();
  world.sticky().choose(first, world.topic().queues(), world.now);
  CHECK(world.sticky().current() == second);
}

TEST_CASE("sticky partition: turns grow while they are over quickly, and shrink again") {
  StickyWorld world;
  CHECK(world.sticky().turn() == 16'000);
  std::vector<std::size_t> turns;
  for (int i = 0; i < 5; ++i) {
    world.now += 1ms;
    world.next();
    turns.push_back(world.sticky().turn());
  }
  CHECK(turns == std::vector<std::size_t>{32'000, 64'000, 128'000, 128'000, 128'000});
  world.now += 10ms;  // as it should be
  world.next();
  CHECK(world.sticky().turn() == 128'000);
  for (int i = 0; i < 5; ++i) {
    world.now += 1s;
    world.next();
  }
  CHECK(world.sticky().turn() == 16'000);
}

TEST_CASE("sticky partition: partitions without a leader are passed over") {
  StickyWorld world(4);
  for (const std::int32_t gone : {0, 1, 3}) world.queue(gone).set_available(false);
  for (const bool adaptive : {false, true}) {
    world.options.adaptive = adaptive;
    world.made.reset();
    CHECK(world.sticky().current() == 2);  // also the first choice
    CHECK(world.draw(100) == std::map<std::int32_t, int>{{2, 100}});
  }
  world.queue(2).set_available(false);
  CHECK(world.draw(400).size() == 4);  // none is as good as any
}

TEST_CASE("sticky partition: the present one is left when its leader goes") {
  StickyWorld world(4);
  const std::int32_t gone = world.sticky().current();
  const std::size_t turn = world.sticky().turn();
  world.queue(gone).set_available(false);
  const std::int32_t other = world.sticky().pass_over(gone, world.topic().queues(), world.now);
  CHECK(other != gone);
  CHECK(world.sticky().current() == other);
  CHECK(world.sticky().turn() == turn);
  // Another thread was faster.
  CHECK(world.sticky().pass_over(gone, world.topic().queues(), world.now) == other);
  for (PartitionQueue* queue : world.topic().queues()) queue->set_available(false);
  CHECK(world.sticky().pass_over(other, world.topic().queues(), world.now) == other);
}

TEST_CASE("sticky partition: adaptive choices prefer what has less data waiting") {
  StickyWorld world(2);
  world.options.adaptive = true;
  world.queue(0).add_load(1'000'000);
  const auto seen = world.draw(4000);
  // Both draws fall on partition 0 in a quarter of all cases.
  CHECK(seen.at(0) > 800);
  CHECK(seen.at(0) < 1200);
}
