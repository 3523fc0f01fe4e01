#include <barnabas/producer.hpp>

#include "tests/support/detached.hpp"
#include "tests/unit/client/core/producer/producer_fixture.hpp"
#include "tests/unit/client/io/produced_records.hpp"

#include <barnabas/literals.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::Detached;
using barnabas::test::outcome;
using barnabas::test::ProduceLog;
using barnabas::test::ProducerFixture;
using barnabas::test::silence;
using Decision = ProduceLog::Decision;

namespace {

Detached send_when_there_is_room(Producer& producer, Topic topic, std::string& told) {
  const Result<void> room = co_await producer.room(10'000);
  if (!room) {
    told = room.error().to_string();
    co_return;
  }
  const std::string value(10'000, 'r');
  const Result<Delivery> delivery = co_await producer.send(topic, value);
  told = outcome(delivery);
}

}  // namespace

TEST_SUITE("producer memory") {
  TEST_CASE_FIXTURE(ProducerFixture, "memory is bounded: fail") {
    config.buffer_memory(64_KiB).when_full(WhenFull::fail).linger(10'000ms);
    CHECK(outcome(producer().send("orders", "warm").get(20s)) == "ok@0");
    const Topic topic = producer().topic("orders");
    std::vector<Future<Delivery>> futures;
    for (int i = 0; i < 20; ++i) futures.push_back(producer().send(topic, std::string(8'000, 'x')));
    std::size_t full = 0;
    for (const auto& future : futures) full += outcome(future) == "BUFFER_FULL" ? 1U : 0U;
    CHECK(full >= 12);
    CHECK(full <= 14);
    CHECK(producer().metrics().buffer_used <= 64 * 1024);
    std::string told;
    send_when_there_is_room(producer(), topic, told);
    script.settle();
    CHECK(log.values("orders", 0).size() == 21 - full);  // short of memory, nothing lingers
    CHECK(told == "");
    script.advance(10s);
    CHECK(told == "ok@" + std::to_string(21 - full));
    CHECK(producer().room(100'000).get(1s).error() == ErrorCode::message_too_large);
    CHECK(outcome(producer().send(topic, std::string(65'000, 'x'))) == "MESSAGE_TOO_LARGE");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "memory is bounded: wait") {
    config.buffer_memory(64_KiB).linger(10'000ms).max_block(1000ms);
    CHECK(outcome(producer().send("orders", "warm").get(20s)) == "ok@0");
    const Topic topic = producer().topic("orders");
    for (int i = 0; i < 50; ++i) producer().send(topic, std::string(8'000, 'x'));
    CHECK(producer().flush(20s));
    CHECK(log.values("orders", 0).size() == 51);

    log.decide([](const ProduceLog::Attempt&) { return silence(); });
    const Instant before = script.now().monotonic;
    std::vector<Future<Delivery>> futures;
    for (int i = 0; i < 10; ++i) futures.push_back(producer().send(topic, std::string(8'000, 'x')));
    CHECK(outcome(futures.back()) == "BUFFER_FULL");
    CHECK(script.now().monotonic - before >= 1000ms);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "records that wait for metadata count as well") {
    config.buffer_memory(64_KiB).when_full(WhenFull::fail);
    std::size_t accepted = 0;
    while (accepted < 1000 && !queue(std::string(500, 'x'), "late").is_ready()) ++accepted;
    CHECK(accepted > 10);
    CHECK(accepted < 64);
    script.add_topic("late", {1});
    CHECK_FALSE(producer().flush(10s));  // reports the one that found no room
    CHECK(log.values("late", 0).size() == accepted);
    CHECK(producer().metrics().buffer_used == 0);
  }
}
