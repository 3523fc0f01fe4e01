#include <barnabas/producer.hpp>

#include "tests/unit/client/core/producer/producer_fixture.hpp"
#include "tests/unit/client/io/produced_records.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::outcome;
using barnabas::test::ProduceLog;
using barnabas::test::ProducerFixture;
using barnabas::test::silence;
using Decision = ProduceLog::Decision;

TEST_SUITE("producer flush, purge and close") {
  TEST_CASE_FIXTURE(ProducerFixture, "flush does not wait for linger, and reports failures once") {
    config.linger(10'000ms);
    producer().send("orders", "a");
    const Instant before = script.now().monotonic;
    CHECK(producer().flush());
    CHECK(script.now().monotonic == before);

    log.decide([](const ProduceLog::Attempt&) {
      Decision decision;
      decision.append = false;
      decision.answer = ErrorCode::policy_violation;
      return decision;
    });
    queue("b");
    producer().send(Record("orders").value("c"), [](const Result<Delivery>&) {});
    const Result<void> flushed = producer().flush();
    CHECK(flushed.error() == ErrorCode::policy_violation);
    CHECK(flushed.error().context().find("2 records were not delivered") == 0);
    CHECK(producer().flush());
  }

  TEST_CASE_FIXTURE(ProducerFixture, "flush gives up waiting at its limit") {
    warm_up();
    log.decide([](const ProduceLog::Attempt&) { return silence(); });
    send("a");
    CHECK(producer().flush(1s).error() == ErrorCode::timed_out);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "flush waits for records without metadata") {
    const Future<Delivery> late = queue("a", "late");
    const Future<void> flushed = producer().flush_async();
    script.advance(1s);
    CHECK_FALSE(flushed.is_ready());
    script.add_topic("late", {1});
    script.advance(1s);
    CHECK(flushed.is_ready());
    CHECK(outcome(late) == "ok@0");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "purge gives up everything that waits") {
    config.linger(10'000ms);
    CHECK(producer().send("orders", "warm").get(20s));
    const Future<Delivery> lingering = queue("a");
    const Future<Delivery> pending = queue("b", "unknown");
    producer().purge();
    script.settle();
    CHECK(outcome(lingering) == "CANCELLED");
    CHECK(outcome(pending) == "CANCELLED");
    CHECK(outcome(producer().send("orders", "c").get(20s)) == "ok@1");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "close delivers what it can") {
    config.linger(10'000ms);
    const Future<Delivery> future = queue("a");
    CHECK(producer().close());
    CHECK(outcome(future) == "ok@0");
    CHECK(outcome(producer().send("orders", "b")) == "CLOSED");
    CHECK(producer().flush().error() == ErrorCode::closed);
    CHECK(producer().partitions_for("orders").error() == ErrorCode::closed);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "close ends in time, whatever the brokers do") {
    warm_up();
    log.decide([](const ProduceLog::Attempt&) { return silence(); });
    const Future<Delivery> under_way = send("a");
    const Future<Delivery> pending = queue("b", "unknown");
    const Future<void> flushed = producer().flush_async();
    const Instant before = script.now().monotonic;
    CHECK(producer().close(2s).error() == ErrorCode::timed_out);
    CHECK(script.now().monotonic - before == 2s);
    CHECK(outcome(under_way) == "CLOSED");
    CHECK(outcome(pending) == "CLOSED");
    CHECK(flushed.get(0s).error() == ErrorCode::closed);
  }
}
