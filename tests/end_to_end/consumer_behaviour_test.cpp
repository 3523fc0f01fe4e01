#include "tests/end_to_end/consumer_fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// What users of consumers expect, over loopback.

using namespace barnabas;
using namespace barnabas::test;
using namespace std::chrono_literals;

namespace {

const TopicPartition t0{"t", 0};
const TopicPartition t1{"t", 1};

Consumer* signalled = nullptr;
void on_signal(int) { signalled->stop(); }

std::vector<std::string> values(const Records& records) {
  std::vector<std::string> all;
  for (const ConsumerRecord& record : records) all.emplace_back(record.value());
  return all;
}

}  // namespace

TEST_CASE("consumer behaviour: a signal handler stops a loop that waits") {
  ConsumerFixture f;
  f.produce("t", 1, 3);
  Consumer consumer = f.consumer("g", {"t"});
  signalled = &consumer;
  const auto before = std::signal(SIGUSR1, on_signal);
  int count = 0;
  for (const ConsumerRecord& record : consumer) {
    CHECK(record.offset() == count);
    if (++count == 3) std::raise(SIGUSR1);  // as if it came while the next record is waited for
  }
  (void)std::signal(SIGUSR1, before);
  CHECK(count == 3);
  CHECK(consumer.stopped());
  CHECK(consumer.poll(1min).value().empty());
  CHECK(consumer.close());  // commits and leaves all the same
  Consumer next = f.consumer("g", {"t"});
  CHECK(f.read_for(next, 200ms).empty());
}

TEST_CASE("consumer behaviour: stop from another thread ends a poll at once") {
  ConsumerFixture f;
  f.create("t", 1);
  Consumer consumer = f.consumer("g", {"t"});
  REQUIRE(f.poll_until(consumer, [&] { return !consumer.assignment().empty(); }));
  const auto begin = std::chrono::steady_clock::now();
  std::thread other([&] { consumer.stop(); });
  CHECK(consumer.poll(1min).value().empty());
  other.join();
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
}

TEST_CASE("consumer behaviour: earliest, latest and none") {
  ConsumerFixture f;
  f.produce("t", 1, 5);
  {
    Consumer consumer(f.config().offset_reset(OffsetReset::earliest()));
    consumer.assign({t0}).value();
    CHECK(consumer.position(t0).value() == 0);
    CHECK(f.read(consumer, 5).size() == 5);
  }
  {
    Consumer consumer(f.config().offset_reset(OffsetReset::latest()));
    consumer.assign({t0}).value();
    CHECK(consumer.position(t0).value() == 5);
    f.produce("t", 1, 1);
    CHECK(f.read(consumer, 1) == std::set<std::string>{"5"});
  }
  Consumer consumer(f.config("g").offset_reset(OffsetReset::none()));
  consumer.subscribe({"t"}).value();
  Result<Records> polled = Records();
  REQUIRE(f.eventually([&] { return !(polled = consumer.poll(50ms)); }));
  CHECK(polled.error() == ErrorCode::no_offset);
  consumer.seek(t0, 4).value();  // the application decides
  CHECK(f.read(consumer, 2) == std::set<std::string>{"4", "5"});
}

TEST_CASE("consumer behaviour: seeking by offset, by time, to the beginning and the end") {
  ConsumerFixture f;
  f.create("t", 1);
  const auto start =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  {
    Producer producer(f.broker.bootstrap());
    for (int i = 0; i < 10; ++i) {
      producer.send(Record("t").value(std::to_string(i)).timestamp(start + i * 1000ms));
    }
    producer.flush().value();
  }
  Consumer consumer(f.config());
  consumer.assign({t0}).value();
  consumer.seek_to_time(t0, start + 3500ms).value();
  CHECK(consumer.position(t0).value() == 4);
  CHECK(values(consumer.poll(10s).value()).front() == "4");
  consumer.seek(t0, 8).value();
  CHECK(values(consumer.poll(10s).value()) == std::vector<std::string>{"8", "9"});
  consumer.seek_to_beginning(t0).value();
  CHECK(values(consumer.poll(10s).value()).front() == "0");
  consumer.seek_to_end(t0).value();
  CHECK(consumer.position(t0).value() == 10);
  CHECK(consumer.poll(50ms).value().empty());
  consumer.seek_to_time(t0, start + 1h).value();  // nothing is that young: the end
  CHECK(consumer.position(t0).value() == 10);
  const auto times = consumer.offsets_for_times({{t0, start + 2000ms}, {{"t", 9}, start}}, 2s);
  CHECK(!times);  // there is no such partition
  CHECK(consumer.offsets_for_times({{t0, start + 2000ms}}).value().at(t0)->offset == 2);
  CHECK(consumer.beginning_offsets({t0}).value().at(t0) == 0);
  CHECK(consumer.end_offsets({t0}).value().at(t0) == 10);
}

TEST_CASE("consumer behaviour: lag and position move with what was handed out") {
  ConsumerFixture f;
  f.produce("t", 1, 10);
  Consumer consumer(f.config().max_poll_records(4));
  consumer.assign({t0}).value();
  const Records records = consumer.poll(10s).value();
  CHECK(records.size() == 4);
  CHECK(consumer.position(t0).value() == 4);
  CHECK(consumer.lag(t0) == 6);
  CHECK(!consumer.lag(t1));
}

TEST_CASE("consumer behaviour: a pause keeps what was prefetched") {
  ConsumerFixture f;
  f.produce("t", 2, 20);
  std::atomic<int> fetched = 0;  // of partition 0
  Consumer consumer(f.config().max_poll_records(1));
  consumer.assign({t0, t1}).value();
  // The rest of what was fetched of a partition is there once one record of it was seen.
  REQUIRE(f.eventually([&] {
    const Records records = consumer.poll(100ms).value();
    return !records.empty() && (*records.begin()).partition() == 0;
  }));
  const std::int64_t position = consumer.position(t0).value();
  consumer.pause(t0).value();
  CHECK(consumer.paused() == std::vector<TopicPartition>{t0});
  for (int i = 0; i < 9; ++i) {
    for (const ConsumerRecord& record : consumer.poll(20ms).value()) CHECK(record.partition() == 1);
  }
  CHECK(consumer.position(t0).value() == position);
  // Whatever is asked of the broker for partition 0 from here on is not answered with old data.
  const FaultId watch = f.broker.intercept(ApiKey::Fetch, [&](const RequestInfo& request) {
    for (const TopicPartition& partition : request.partitions) fetched += partition == t0 ? 1 : 0;
    Verdict verdict;
    verdict.drop_request = true;
    return verdict;
  });
  consumer.resume(t0).value();
  std::vector<std::string> rest;
  REQUIRE(f.eventually([&] {
    for (const ConsumerRecord& record : consumer.poll(50ms).value()) {
      if (record.partition() == 0) rest.emplace_back(record.value());
    }
    return rest.size() == static_cast<std::size_t>(10 - position);
  }));
  CHECK(rest.back() == "18");
  f.broker.release(watch);
}

TEST_CASE("consumer behaviour: automatic commits leave out what was not come back from") {
  ConsumerFixture f;
  f.produce("t", 1, 10);
  {
    Consumer consumer(f.config("g").max_poll_records(3).auto_commit_interval(1ms));
    consumer.subscribe({"t"}).value();
    REQUIRE(f.eventually([&] { return consumer.poll(100ms).value().size() == 3; }));
    // Still at work on 0 to 2: nothing may be committed, however much time passes.
    for (int i = 0; i < 10; ++i) {
      const std::optional<OffsetAndMetadata> committed = consumer.committed(t0).value();
      CHECK((!committed || committed->offset == 0));
    }
    CHECK(consumer.poll(10s).value().size() == 3);
    REQUIRE(f.eventually([&] {
      const std::optional<OffsetAndMetadata> committed = consumer.committed(t0).value();
      return committed && committed->offset > 0;
    }));
    CHECK(consumer.committed(t0).value()->offset == 3);
  }
  Consumer consumer = f.consumer("g", {"t"});  // closing commits the rest
  CHECK(consumer.begin()->offset() == 6);
}

TEST_CASE("consumer behaviour: an exception on its way out commits nothing unfinished") {
  ConsumerFixture f;
  f.produce("t", 1, 10);
  try {
    Consumer consumer = f.consumer("g", {"t"});
    for (const ConsumerRecord& record : consumer) {
      if (record.offset() == 4) throw std::runtime_error("cannot be processed");
    }
  } catch (const std::runtime_error&) {
  }
  Consumer consumer = f.consumer("g", {"t"});
  CHECK(consumer.begin()->offset() == 4);
}

TEST_CASE("consumer behaviour: close leaves the group at once, unless told to stay") {
  ConsumerFixture f;
  f.create("t", 2);
  Consumer a = f.consumer("g", {"t"});
  Consumer b = f.consumer("g", {"t"});
  REQUIRE(f.poll_both_until(
      a, b, [&] { return a.assignment().size() == 1 && b.assignment().size() == 1; }));
  b.close().value();
  REQUIRE(f.poll_until(a, [&] { return a.assignment().size() == 2; }));
  Consumer c = f.consumer("g", {"t"});
  REQUIRE(f.poll_both_until(a, c, [&] { return c.assignment().size() == 1; }));
  c.close(std::nullopt, GroupExit::stay).value();
  f.read_for(a, 300ms);
  CHECK(a.assignment().size() == 1);
}

TEST_CASE("consumer behaviour: calls after close say so") {
  ConsumerFixture f;
  f.create("t", 1);
  Consumer consumer = f.consumer("g", {"t"});
  consumer.close().value();
  CHECK(consumer.close());
  CHECK(consumer.poll(1s).error() == ErrorCode::invalid_state);
  CHECK(consumer.subscribe({"t"}).error() == ErrorCode::invalid_state);
  CHECK(consumer.commit().error() == ErrorCode::invalid_state);
}

TEST_CASE("consumer behaviour: callbacks may seek and commit, not poll") {
  ConsumerFixture f;
  f.produce("t", 1, 10);
  Consumer consumer(f.config("g"));
  consumer
      .subscribe({"t"}, {.assigned =
                             [&](const std::vector<TopicPartition>& partitions) {
                               if (partitions.empty()) return;
                               CHECK(consumer.seek(t0, 8));
                               CHECK(consumer.poll(1s).error() == ErrorCode::invalid_state);
                               CHECK(consumer.close().error() == ErrorCode::invalid_state);
                             },
                         .revoked =
                             [&](const auto&) {
                               CHECK(consumer.commit({{t0, 9}}));
                             }})
      .value();
  CHECK(f.read(consumer, 2) == std::set<std::string>{"8", "9"});
  consumer.close().value();
}

TEST_CASE("consumer behaviour: subscribing to something else, and to nothing") {
  ConsumerFixture f;
  f.produce("t", 1, 3);
  Consumer consumer = f.consumer("g", {"t"});
  f.read(consumer, 3);
  f.produce("u", 1, 2);
  consumer.subscribe({"u"}).value();
  CHECK(f.read(consumer, 2) == std::set<std::string>{"3", "4"});
  CHECK(consumer.assignment() == std::vector<TopicPartition>{{"u", 0}});
  CHECK(consumer.assign({t0}).error() == ErrorCode::invalid_state);
  consumer.unsubscribe().value();
  CHECK(consumer.assignment().empty());
  CHECK(consumer.poll(10ms).error() == ErrorCode::invalid_state);
  consumer.assign({t0}).value();
  CHECK(consumer.position(t0).value() == 3);  // the group's offset
}

TEST_CASE("consumer behaviour: a moving leader and a moving coordinator lose nothing") {
  ConsumerFixture f(BrokerConfig().nodes(2));
  f.produce("t", 1, 100);
  Consumer consumer(f.config("g").max_poll_records(7).auto_commit_interval(5ms));
  consumer.subscribe({"t"}).value();
  std::vector<std::string> seen;
  int polls = 0;
  REQUIRE(f.eventually([&] {
    for (const std::string& value : values(consumer.poll(100ms).value())) seen.push_back(value);
    ++polls;
    if (polls % 3 == 0) f.broker.move_leader(t0, 1 + polls % 2).value();
    if (polls % 5 == 0) f.broker.move_coordinator("g", 1 + polls % 2).value();
    return seen.size() >= 100;
  }));
  REQUIRE(seen.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(seen[static_cast<std::size_t>(i)] == std::to_string(i));
}
