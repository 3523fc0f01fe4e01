#include "client/src/core/producer/partition_queue.hpp"

#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

using Status = AppendStatus;
using Names = std::vector<std::string>;

namespace {

struct QueueWorld : TopicWorld {
  PartitionQueue& queue() {
    if (topic().queues().empty()) settle(1);
    return TopicWorld::queue(0);
  }
  std::vector<std::shared_ptr<ProducerBatch>> collect() {
    std::vector<std::shared_ptr<ProducerBatch>> batches;
    queue().collect(batches);
    return batches;
  }
  PartitionQueue::Appended append_turn(const std::string& value, std::size_t turn) {
    Future<Delivery> future;
    auto report = DeliveryReport::by_future(future);
    const RecordView record{BytesView(value)};
    (void)queue();
    return queue().append(AppendRequest{record, report, *clock}, turn);
  }
};

}  // namespace

TEST_CASE("partition queue: the engine is woken when a batch opens, not for each record") {
  QueueWorld world;
  (void)world.queue();
  for (int i = 0; i < 100; ++i) CHECK(world.accepts("x"));
  CHECK(world.wakes == 1);
  CHECK(world.shared().signals.take().queues == std::vector<PartitionQueue*>{&world.queue()});
  CHECK(world.accepts("x"));
  CHECK(world.wakes == 1);
  CHECK(world.queue().appended() == 101);
}

TEST_CASE("partition queue: a record alone that must not linger has the engine run at once") {
  QueueWorld world;
  world.settings.linger = 0ms;
  SUBCASE("a sender") {
    (void)world.queue();
    CHECK(world.accepts("x"));
    CHECK(world.runs == 1);
    CHECK(world.wakes == 0);
  }
  SUBCASE("not while something is under way") {
    (void)world.queue();
    CHECK(world.accepts("x"));
    world.shared().signals.take();
    const auto under_way = world.queue().close_open();
    CHECK(world.accepts("y"));
    CHECK(world.runs == 1);
    CHECK(world.wakes == 1);
    world.shared().signals.take();
    world.shared().barrier.end(under_way->work());
    CHECK(world.take(0) == Names{"y"});
    world.shared().barrier.end(under_way->work() + 1);
    CHECK(world.accepts("z"));
    CHECK(world.runs == 2);
  }
  SUBCASE("not where records come faster than they are sent") {
    (void)world.queue();
    CHECK(world.accepts("x"));
    CHECK(world.accepts("y"));
    world.shared().signals.take();
    world.shared().barrier.end(world.queue().close_open()->work());
    CHECK(world.accepts("z"));
    CHECK(world.runs == 1);
    CHECK(world.wakes == 1);
  }
  SUBCASE("not the engine itself, when it hands on what waited for its partitions") {
    CHECK(world.accepts("x", 0));
    CHECK(world.wakes == 1);
    world.shared().signals.take();
    CHECK(world.settle(1).empty());
    CHECK(world.wakes == 2);
    CHECK(world.runs == 0);
  }
}

TEST_CASE("partition queue: full batches come finished and in order, the open one when wanted") {
  QueueWorld world;
  world.settings.batch_size = 300;
  Names expected;
  for (int i = 0; i < 10; ++i) {
    expected.push_back(std::to_string(i) + std::string(99, 'x'));
    CHECK(world.send(expected.back(), 0).status == Status::accepted);
    if (i == 0) world.settle(1);
  }
  CHECK(!world.queue().open());  // a full one stands before it
  CHECK(world.queue().is_finishing());
  CHECK(!world.queue().close_open());
  const auto full = world.collect();
  CHECK(full.size() == 4);
  for (const auto& batch : full) {
    CHECK(batch->is_finished());
    CHECK(batch->record_count() == 2);
    CHECK(batch->builder().size() <= 300);
  }
  CHECK(world.queue().load() > 0);
  CHECK(!world.queue().is_finishing());
  REQUIRE(world.queue().open());
  auto last = world.queue().close_open();
  REQUIRE(last);
  CHECK(!last->is_finished());
  CHECK(!world.queue().open());
  CHECK(world.queue().appended() == 10);
}

TEST_CASE("partition queue: a batch counts its time from its first record") {
  QueueWorld world;
  (void)world.queue();
  CHECK(world.accepts("a"));
  const Instant first = world.clock->at.monotonic;
  world.clock->at.monotonic += 3s;
  CHECK(world.accepts("b"));
  REQUIRE(world.queue().open());
  CHECK(world.queue().open()->opened.monotonic == first);
  CHECK(world.queue().open()->deadline == first + 120s);
}

TEST_CASE("partition queue: a clock that goes back makes no record older than its batch") {
  QueueWorld world;
  (void)world.queue();
  world.clock->at.wall = 5000;
  CHECK(world.accepts("a"));
  world.clock->at.wall = 4990;
  CHECK(world.accepts("b"));
  const auto batch = world.queue().close_open();
  batch->finish({}, world.shared().compressors);
  const auto bytes = BatchWorld::bytes(*batch);
  for (const OwnedRecord& record : read_all(BytesView(bytes.data(), bytes.size())).value()) {
    CHECK(record.timestamp == 5000);
  }
}

TEST_CASE("partition queue: no memory leaves everything as it was") {
  QueueWorld world;
  world.settings.buffer_memory = 64 * 1024;
  (void)world.queue();
  const std::size_t free = world.shared().pool->available();
  const std::size_t taken = free - ProducerBatch::overhead - 300;  // a batch, but no chunk for it
  REQUIRE(world.shared().pool->charge(taken));
  CHECK(world.send("a").status == Status::no_memory);
  CHECK(!world.queue().open());
  CHECK(world.shared().pool->used() == taken);
  // No flush waits for a batch that never was.
  const auto flush = std::make_shared<detail::ResultSource<void>>();
  world.shared().barrier.wait(flush);
  CHECK(flush->done());
  world.shared().pool->refund(taken);
  CHECK(world.accepts("a"));
  REQUIRE(world.shared().pool->charge(world.shared().pool->available()));
  CHECK(world.send(std::string(5000, 'x')).status == Status::no_memory);
  CHECK(world.take(0) == Names{"a"});
}

TEST_CASE("partition queue: a sticky turn ends after its bytes") {
  QueueWorld world;
  int records = 0;
  while (!world.append_turn(std::string(90, 'x'), 1000).turn_over) ++records;
  CHECK(records >= 8);
  CHECK(records <= 10);
  CHECK(!world.append_turn("x", 1000).turn_over);  // counts anew
  CHECK(!world.append_turn(std::string(5000, 'x'), 0).turn_over);
}

TEST_CASE("partition queue: what is abandoned holds every record, whoever is at work on it") {
  QueueWorld world;
  world.settings.batch_size = 300;
  world.settle(1);
  for (int i = 0; i < 5; ++i) CHECK(world.accepts(std::string(100, 'x'), 0));
  std::uint32_t records = 0;
  for (const auto& batch : world.queue().abandon()) records += batch->record_count();
  CHECK(records == 5);
  CHECK(!world.queue().open());
}

TEST_CASE("partition queue: nothing is accepted after closing") {
  QueueWorld world;
  (void)world.queue();
  world.shared().closed = true;
  CHECK(world.send("a", 0).error == ErrorCode::closed);
}

TEST_CASE("partition queue: threads beside an engine lose nothing and keep their own order") {
  QueueWorld world;
  world.settings.batch_size = 600;
  world.settings.compression = gzip();
  world.settle(1);
  constexpr int each = 400;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&world, thread] {
      for (int i = 0; i < each; ++i) {
        if (!world.accepts(std::to_string(thread) + ":" + std::to_string(i), 0)) std::abort();
      }
    });
  }
  Names all;
  const auto drain = [&] {
    for (const auto& batch : world.collect()) {
      CHECK(batch->is_finished());
      for (std::string& value : BatchWorld::values(*batch)) all.push_back(std::move(value));
    }
  };
  while (all.size() < 3 * each / 2) drain();
  for (std::thread& thread : threads) thread.join();
  drain();
  for (std::string& value : world.take(0)) all.push_back(std::move(value));
  CHECK(all.size() == 3 * each);
  std::map<char, int> next;
  for (const std::string& value : all) {
    CHECK(std::stoi(value.substr(2)) == next[value[0]]++);
  }
}
