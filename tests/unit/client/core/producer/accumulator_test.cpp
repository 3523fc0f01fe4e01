#include "client/src/core/producer/accumulator.hpp"

#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

using Status = AppendStatus;

TEST_CASE_FIXTURE(TopicWorld, "accumulator: a topic is one object, however often it is named") {
  CHECK(accumulator().topic("orders") == accumulator().topic("orders"));
  (void)accumulator().topic("another");
  const auto topics = accumulator().topics();
  REQUIRE(topics.size() == 2);
  CHECK(topics[0]->name() == "another");
}

TEST_CASE_FIXTURE(TopicWorld, "accumulator: records that make no sense") {
  settle(1);
  RecordView record{BytesView("v")};
  record.partition = -2;
  CHECK(append(record).error == ErrorCode::invalid_argument);
  record.partition = any_partition;
  record.timestamp = RecordTime(std::chrono::milliseconds(-1));
  CHECK(append(record).error == ErrorCode::invalid_timestamp);
  TopicWorld other;
  CHECK(append_to(other.topic(), RecordView(BytesView("v"))).error == ErrorCode::invalid_argument);
}

TEST_CASE("accumulator: too large for a request, or for the memory") {
  TopicWorld world;
  world.settings.max_request_size = 2000;
  world.settle(1);
  // The largest record of which a batch with nothing else is no larger than the limit.
  CHECK(world.accepts(std::string(1920, 'x')));
  const TopicWorld::Appended large = world.send(std::string(1990, 'x'));
  CHECK(large.error == ErrorCode::message_too_large);
  CHECK(large.error.context().find("max.request.size is 2000") != std::string::npos);

  TopicWorld small;
  small.settings.buffer_memory = 64 * 1024;
  small.settle(1);
  CHECK(small.send(std::string(66'000, 'x')).error.context().find("buffer.memory is 65536") !=
        std::string::npos);
}

TEST_CASE("accumulator: what is said to be needed is enough") {
  for (const std::size_t size : {0U, 1U, 300U, 511U, 512U, 5000U, 40'000U}) {
    for (const bool open : {false, true}) {
      CAPTURE(size);
      CAPTURE(open);
      TopicWorld world;
      world.settings.buffer_memory = 128 * 1024;
      world.settle(1);
      if (open) CHECK(world.accepts("there is a batch already"));
      const std::string value(size, 'x');
      const RecordView record{BytesView(value)};
      const std::size_t need = Accumulator::need_of(record);
      ChunkPool& pool = *world.shared().pool;
      REQUIRE(pool.charge(pool.available() - need));
      DeliveryCallback callback = [](const Result<Delivery>&) {};
      auto report = DeliveryReport::by_callback(callback);
      CHECK(world.append(record, report) == Status::accepted);
      CHECK(pool.used() <= pool.limit());
      (void)world.queue(0).abandon();
    }
  }
}

TEST_CASE_FIXTURE(TopicWorld, "accumulator: closing accepts nothing new") {
  CHECK(accepts("before"));
  shared().closing = true;
  CHECK(send("after").error == ErrorCode::closed);
  CHECK(settle(1).empty());  // what was sent before still finds its place
  CHECK(take(0) == std::vector<std::string>{"before"});
}
