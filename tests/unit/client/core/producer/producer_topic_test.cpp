#include "client/src/core/producer/producer_topic.hpp"

#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

using Status = AppendStatus;
using Names = std::vector<std::string>;

TEST_CASE("producer topic: records wait for the partitions, then follow in order") {
  TopicWorld world;
  CHECK(world.accepts("a", 1));
  CHECK(world.accepts("b", 0));
  CHECK(world.accepts("c", 1));
  CHECK(world.topic().has_pending());
  CHECK(!world.topic().is_settled());
  CHECK(world.topic().appended() == 3);
  CHECK(world.wakes == 1);
  CHECK(world.settle(2).empty());
  CHECK(world.topic().is_settled());
  CHECK(!world.topic().has_pending());
  CHECK(world.accepts("d", 1));
  CHECK(world.take(0) == Names{"b"});
  CHECK(world.take(1) == Names{"a", "c", "d"});
  CHECK(world.topic().appended() == 4);
}

TEST_CASE("producer topic: records that waited all find room in batches, and none beyond it") {
  for (const std::int32_t partitions : {1, 3, 40}) {
    for (const std::int32_t batch_size : {1, 200, 16384}) {
      CAPTURE(partitions);
      CAPTURE(batch_size);
      TopicWorld world;
      world.settings.buffer_memory = 64 * 1024;
      world.settings.batch_size = batch_size;
      std::int32_t sent = 0;
      while (
          world
              .send(std::string(static_cast<std::size_t>(sent * 37 % 1500), 'v'), sent % partitions)
              .status == Status::accepted) {
        ++sent;
      }
      CHECK(sent > 20);
      CHECK(world.settle(partitions).empty());
      CHECK(world.topic().is_settled());
      CHECK(world.shared().pool->used() <= 64 * 1024);
    }
  }
}

TEST_CASE("producer topic: a partition that does not exist is refused, and metadata wished for") {
  TopicWorld world;
  CHECK(world.accepts("early", 5));
  const auto failed = world.settle(2);
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].error == ErrorCode::unknown_topic_or_partition);
  CHECK(world.topic().take_refresh_wish());
  CHECK(!world.topic().take_refresh_wish());
  const TopicWorld::Appended late = world.send("late", 2);
  CHECK(late.status == Status::refused);
  CHECK(late.error == ErrorCode::unknown_topic_or_partition);
  CHECK(late.error.context().find("orders[2]") != std::string::npos);
  CHECK(world.topic().take_refresh_wish());
  world.settle(3);
  CHECK(world.accepts("now", 2));
}

TEST_CASE("producer topic: a Partitioner's nonsense fails the record") {
  TopicWorld world;
  world.settings.partitioner = [](std::string_view, const RecordView&, std::int32_t) { return 9; };
  world.settle(2);
  CHECK(world.send("a").error == ErrorCode::invalid_argument);
  CHECK(!world.topic().take_refresh_wish());
}

TEST_CASE("producer topic: a name that no topic can have") {
  TopicWorld world;
  const auto topic = world.accumulator().topic("no/slash");
  CHECK(world.append_to(*topic, RecordView("a")).error == ErrorCode::invalid_topic_exception);
}

TEST_CASE("producer topic: records without a key stay away from partitions without a leader") {
  for (const Partitioning partitioning :
       {Partitioning::java, Partitioning::random, Partitioning::round_robin,
        Partitioning::consistent_random}) {
    CAPTURE(partitioning);
    TopicWorld world;
    world.settings.partitioning = partitioning;
    world.settings.batch_size = 200;
    for (int i = 0; i < 50; ++i) CHECK(world.accepts(std::to_string(i)));  // before metadata
    world.settle(4, {0, 1, 2});
    for (int i = 50; i < 100; ++i) CHECK(world.accepts(std::to_string(i)));
    for (const std::int32_t gone : {0, 1, 2}) CHECK(world.take(gone).empty());
    CHECK(world.take(3).size() == 100);
    // The leaders change.
    world.queue(3).set_available(false);
    world.queue(1).set_available(true);
    for (int i = 0; i < 50; ++i) CHECK(world.accepts(std::to_string(i)));
    CHECK(world.take(1).size() == 50);
    CHECK(world.take(3).empty());
  }
}

TEST_CASE("producer topic: keys go where they belong, leader or not") {
  TopicWorld world;
  world.settle(4, {0, 1, 2, 3});
  RecordView record{BytesView("abc"), BytesView("v")};
  CHECK(world.append(record).status == Status::accepted);
  CHECK(world.take(479470107 % 4) == Names{"v"});
}

TEST_CASE("producer topic: sticky records change partitions after so many bytes") {
  TopicWorld world;
  world.settings.batch_size = 4000;  // the longest turn
  world.settings.adaptive_partitioning = false;
  world.settle(8);
  for (int i = 0; i < 400; ++i) CHECK(world.accepts(std::string(100, 'x')));
  int used = 0;
  for (std::int32_t partition = 0; partition < 8; ++partition) {
    const std::size_t count = world.take(partition).size();
    used += count > 0 ? 1 : 0;
    // Turns of about 37 records; rarely does one partition get many of the eleven turns.
    CHECK(count < 250);
  }
  CHECK(used >= 4);
}

TEST_CASE("producer topic: refused sizes make future batches smaller, within reason") {
  TopicWorld world;
  world.settings.batch_size = 100'000;
  CHECK(world.topic().batch_size() == 100'000);
  world.topic().shrink_batches(80'000);
  CHECK(world.topic().batch_size() == 40'000);
  world.topic().shrink_batches(90'000);  // an older one
  CHECK(world.topic().batch_size() == 40'000);
  world.topic().shrink_batches(10);
  CHECK(world.topic().batch_size() == 1024);
}

TEST_CASE("producer topic: closed, it accepts nothing") {
  TopicWorld world;
  CHECK(world.accepts("a"));
  world.shared().closed = true;
  CHECK(world.send("b").error == ErrorCode::closed);
  const auto failed = world.settle(1);
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].error == ErrorCode::closed);
  CHECK(world.send("c", 0).error == ErrorCode::closed);
  CHECK(world.take(0).empty());
}
