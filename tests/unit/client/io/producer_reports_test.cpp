#include <barnabas/producer.hpp>

#include "tests/support/detached.hpp"
#include "tests/unit/client/core/producer/producer_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::Detached;
using barnabas::test::outcome;
using barnabas::test::ProduceLog;
using barnabas::test::ProducerFixture;
using barnabas::test::Values;
using Decision = ProduceLog::Decision;

namespace {

Detached send_awaiting(Producer& producer, std::string& told) {
  const Result<Delivery> delivery = co_await producer.send(Record("orders").value("awaited"));
  told = outcome(delivery);
}

}  // namespace

TEST_SUITE("producer reports") {
  TEST_CASE_FIXTURE(ProducerFixture, "callbacks run once each, in order") {
    std::vector<std::string> told;
    const Topic topic = producer().topic("orders");
    const DeliveryHandler handler(
        [&](const Result<Delivery>& result) { told.push_back("handler " + outcome(result)); });
    producer().send(topic, "a",
                    [&](const auto& result) { told.push_back("own " + outcome(result)); });
    producer().send(topic, "b", handler);
    producer().send(topic, "c", handler);
    const Future<Delivery> future = producer().send(topic, "d");
    producer().send(topic, "k", "e", handler);
    CHECK(told.empty());
    CHECK(producer().flush());
    CHECK(told == Values{"own ok@0", "handler ok@1", "handler ok@2", "handler ok@4"});
    CHECK(outcome(future) == "ok@3");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "a callback may send") {
    std::string told;
    warm_up();
    producer().send(Record("orders").value("a"), [&](const Result<Delivery>&) {
      producer().send(Record("orders").value("b"),
                      [&](const Result<Delivery>& result) { told = outcome(result); });
      CHECK(producer().flush().error() == ErrorCode::invalid_state);
    });
    script.settle();
    CHECK(told == "ok@2");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "a coroutine awaits its delivery") {
    std::string told;
    send_awaiting(producer(), told);
    script.settle();
    CHECK(told == "ok@0");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "a future outlives its producer") {
    const Future<Delivery> future = send("a");
    const Future<Delivery> other = queue("b");
    made.reset();
    CHECK(outcome(future) == "ok@0");
    CHECK(outcome(other) == "ok@1");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "errors say where and why") {
    warm_up();
    log.decide([](const ProduceLog::Attempt&) {
      Decision decision;
      decision.append = false;
      decision.answer = ErrorCode::topic_authorization_failed;
      return decision;
    });
    CHECK(send("a").get(1s).error().to_string().find(
              "orders[0] at broker 1 (kafka-1:9092): TOPIC_AUTHORIZATION_FAILED") == 0);
    log.decide([](const ProduceLog::Attempt&) {
      Decision decision;
      decision.append = false;
      decision.answer = ErrorCode::not_enough_replicas;
      return decision;
    });
    const Result<Delivery> late = send("b").get(200s);
    CHECK(late.error() == ErrorCode::delivery_timed_out);
    CHECK(late.error().context().find("orders[0]: not delivered within") == 0);
    CHECK(late.error().context().find("NOT_ENOUGH_REPLICAS") != std::string::npos);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "acks=0 needs no answer") {
    config.acks(Acks::none);
    const Result<Delivery> delivery = producer().send("orders", "a").get(1s);
    REQUIRE(delivery);
    CHECK_FALSE(delivery->has_offset());
    CHECK(log.values("orders", 0) == Values{"a"});
    CHECK_FALSE(log.attempts().back().header.has_producer_id());
    CHECK(log.ids_given == 0);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "acks=1 without idempotence") {
    config.acks(Acks::leader);
    CHECK(outcome(send("a")) == "ok@0");
    CHECK_FALSE(log.attempts().back().header.has_producer_id());
  }

  TEST_CASE_FIXTURE(ProducerFixture, "retries are limited where that is asked for") {
    config.retries(2).idempotence(false);
    warm_up();
    log.refuse_next(std::vector<ErrorCode>(3, ErrorCode::not_enough_replicas));
    CHECK(outcome(send("a").get(10s)) == "NOT_ENOUGH_REPLICAS");
    CHECK(outcome(send("b").get(10s)) == "ok@1");
    CHECK(log.attempts().size() == 5);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "no producer id can be had") {
    script.serve<protocol::InitProducerIdRequest>([](const auto&) {
      protocol::InitProducerIdResponse response;
      response.error_code = ErrorCode::cluster_authorization_failed;
      return std::optional(response);
    });
    const Result<Delivery> delivery = send("a").get(10s);
    CHECK(delivery.error() == ErrorCode::cluster_authorization_failed);
    CHECK(producer().metrics().records_queued == 0);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "the delivery timeout counts from send") {
    config.delivery_timeout(3000ms).linger(1000ms);
    script.node(1).up = false;
    script.node(2).up = false;
    config.max_block(10'000ms);
    const Future<Delivery> future = queue("a");
    script.advance(2900ms);
    CHECK(outcome(future) == "pending");
    script.advance(200ms);
    CHECK(outcome(future) == "UNKNOWN_TOPIC_OR_PARTITION");  // no metadata in all that time
  }

  TEST_CASE_FIXTURE(ProducerFixture,
                    "a batch whose broker is gone ends with the delivery timeout") {
    config.delivery_timeout(3000ms).linger(100ms);
    CHECK(producer().send("orders", "warm").get(5s));
    script.node(1).up = false;
    script.disconnect(1);
    const Future<Delivery> future = queue("a");
    script.advance(2900ms);
    CHECK(outcome(future) == "pending");
    script.advance(200ms);
    CHECK(outcome(future) == "DELIVERY_TIMED_OUT");
    script.node(1).up = true;
    CHECK(outcome(send("b").get(3s)) == "ok@1");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "records follow a leader, in order") {
    warm_up();
    script.move_leader("orders", 0, 2);
    const Instant before = script.now().monotonic;
    CHECK(outcome(send("a").get(5s)) == "ok@1");
    CHECK(log.attempts().back().node == 2);
    CHECK(script.now().monotonic - before < 500ms);
    script.move_leader("orders", 0, 1);
    std::vector<Future<Delivery>> futures;
    for (int i = 0; i < 5; ++i) futures.push_back(send(std::to_string(i)));
    CHECK(producer().flush(10s));
    CHECK(log.values("orders", 0) == Values{"warm", "a", "0", "1", "2", "3", "4"});
  }

  TEST_CASE_FIXTURE(ProducerFixture, "topics appear late, or never") {
    config.max_block(2000ms);
    const Future<Delivery> late = send("a", "late");
    const Future<Delivery> never = send("b", "never");
    script.advance(500ms);
    script.add_topic("late", {2});
    script.advance(1000ms);
    CHECK(outcome(late) == "ok@0");
    CHECK(outcome(never) == "pending");
    script.advance(1000ms);
    CHECK(outcome(never) == "UNKNOWN_TOPIC_OR_PARTITION");
    CHECK(outcome(send("c", "bad name")) == "INVALID_TOPIC_EXCEPTION");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "a topic that must not be used fails at once") {
    script.add_topic("secret", {}).error = ErrorCode::topic_authorization_failed;
    CHECK(outcome(send("a", "secret").get(1s)) == "TOPIC_AUTHORIZATION_FAILED");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "unused topics are watched no more, until they are used") {
    config.metadata_max_idle(5000ms).metadata_max_age(1000ms);
    warm_up();
    script.advance(10s);
    script.topic("orders").partitions.push_back({1, 0, ErrorCode::none});
    script.advance(10s);
    CHECK(outcome(producer().send(Record("orders").partition(1).value("x"))) ==
          "UNKNOWN_TOPIC_OR_PARTITION");
    script.advance(1s);
    CHECK(outcome(send("x", "orders", 1)) == "ok@0");
  }
}
