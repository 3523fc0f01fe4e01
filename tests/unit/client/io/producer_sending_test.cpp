#include <barnabas/producer.hpp>

#include "tests/unit/client/core/producer/producer_fixture.hpp"
#include "tests/unit/client/io/produced_records.hpp"

#include <barnabas/literals.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::outcome;
using barnabas::test::ProduceLog;
using barnabas::test::ProducerFixture;
using barnabas::test::records_of;
using barnabas::test::silence;
using barnabas::test::Values;
using Decision = ProduceLog::Decision;

TEST_SUITE("producer sending") {
  TEST_CASE_FIXTURE(ProducerFixture, "a record is sent and its delivery told") {
    const Future<Delivery> future =
        producer().send(Record("orders").key("42").value("hello").timestamp(RecordTime(5ms)));
    const Result<Delivery> delivery = future.get(1s);
    REQUIRE(delivery);
    CHECK(delivery->topic == "orders");
    CHECK(delivery->partition == 0);
    CHECK(delivery->offset == 0);
    CHECK(delivery->timestamp == RecordTime(5ms));
    CHECK(log.values("orders", 0) == Values{"hello"});
    CHECK(producer().flush());
  }

  TEST_CASE_FIXTURE(ProducerFixture, "null, empty and headers arrive as they were given") {
    producer().send(Record("orders").key("").value(std::nullopt));
    producer().send(
        Record("orders").value("").header("h", "1").header("h", std::nullopt).header("", ""));
    producer().send("orders", std::nullopt, std::nullopt);
    CHECK(producer().flush());
    const auto read = records_of(log.attempts().front());
    REQUIRE(read.size() == 3);
    CHECK(read[0].key == "");
    CHECK(read[0].value == std::nullopt);
    CHECK(read[1].key == std::nullopt);
    CHECK(read[1].value == "");
    const std::vector<std::pair<std::string, std::optional<std::string>>> headers{
        {"h", "1"}, {"h", std::nullopt}, {"", ""}};
    CHECK(read[1].headers == headers);
    CHECK(read[2].key == std::nullopt);
    CHECK(read[2].value == std::nullopt);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "timestamps are the time of sending unless given") {
    warm_up();
    const Timestamp now = script.now().wall;
    const Result<Delivery> delivery = send("now").get(1s);
    REQUIRE(delivery);
    CHECK(delivery->timestamp.time_since_epoch().count() == now);
    CHECK(records_of(log.attempts().back())[0].timestamp == now);
    CHECK(outcome(producer().send(Record("orders").value("x").timestamp(RecordTime(-1ms)))) ==
          "INVALID_TIMESTAMP");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "the broker's append time is told where it has one") {
    log.decide([](const ProduceLog::Attempt&) {
      Decision decision;
      decision.log_append_time = 77;
      return decision;
    });
    std::vector<std::int64_t> told;
    producer().send(Record("orders").value("x"), [&](const Result<Delivery>& result) {
      told.push_back(result->timestamp.time_since_epoch().count());
    });
    CHECK(producer().send("orders", "y").get(1s)->timestamp == RecordTime(77ms));
    CHECK(told == std::vector<std::int64_t>{77});
  }

  TEST_CASE_FIXTURE(ProducerFixture, "partitions: explicit, by key, by a partitioner") {
    script.add_topic("wide", std::vector<std::int32_t>(10, 1));
    config.partitioner([](std::string_view, const RecordView& record, std::int32_t count) {
      if (record.key && record.key->text() == "last") return count - 1;
      if (record.key && record.key->text() == "beyond") return count;
      return any_partition;
    });
    CHECK(producer().send(Record("wide").partition(3).key("last").value("x")).get(1s)->partition ==
          3);
    CHECK(producer().send("wide", "last", "x").get(1s)->partition == 9);
    CHECK(producer().send("wide", "foobar", "x").get(1s)->partition == 6);  // murmur2
    CHECK(outcome(producer().send("wide", "beyond", "x")) == "INVALID_ARGUMENT");
    CHECK(outcome(producer().send(Record("wide").partition(10).value("x"))) ==
          "UNKNOWN_TOPIC_OR_PARTITION");
    CHECK(outcome(producer().send(Record("wide").partition(-2).value("x"))) == "INVALID_ARGUMENT");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "partitions that are added are noticed") {
    config.metadata_max_age(1000ms);
    warm_up();
    script.topic("orders").partitions.push_back({2, 0, ErrorCode::none});
    script.advance(1100ms);
    CHECK(outcome(send("x", "orders", 1)) == "ok@0");
    // One that is named before it is known makes the client look.
    script.topic("orders").partitions.push_back({1, 0, ErrorCode::none});
    CHECK(outcome(send("y", "orders", 2)) == "UNKNOWN_TOPIC_OR_PARTITION");
    script.advance(200ms);
    CHECK(outcome(send("y", "orders", 2)) == "ok@0");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "one request carries batches of many partitions") {
    script.add_topic("wide", {1, 1, 1, 2});
    warm_up("wide", 0);
    for (int i = 0; i < 4; ++i) queue("x", "wide", i);
    CHECK(producer().flush());
    const auto& attempts = log.attempts();
    REQUIRE(attempts.size() == 5);
    CHECK(attempts[1].node == 2);
    CHECK(attempts[2].request == attempts[3].request);
    CHECK(attempts[2].request == attempts[4].request);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "requests stay below max.request.size") {
    script.add_topic("wide", {1, 1, 1});
    config.max_request_size(20'000).max_in_flight(1);
    warm_up("wide", 0);
    for (int i = 0; i < 3; ++i) queue(std::string(9'000, 'x'), "wide", i);
    CHECK(producer().flush());
    CHECK(log.attempts()[1].request == log.attempts()[2].request);
    CHECK(log.attempts()[2].request != log.attempts()[3].request);
    CHECK(outcome(send(std::string(20'000, 'x'))) == "MESSAGE_TOO_LARGE");
  }

  TEST_CASE_FIXTURE(ProducerFixture, "batches linger, fill, and are compressed") {
    config.linger(50ms).compression(gzip());
    warm_up();
    const std::size_t before = log.attempts().size();
    for (int i = 0; i < 100; ++i) queue(std::string(50, 'x'));
    script.advance(49ms);
    CHECK(log.attempts().size() == before);
    script.advance(1ms);
    REQUIRE(log.attempts().size() == before + 1);
    CHECK(log.attempts().back().values.size() == 100);
    CHECK(log.attempts().back().header.codec() == Codec::gzip);
    CHECK(log.attempts().back().bytes.size() < 1000);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "a full batch does not linger") {
    config.linger(1000ms).batch_size(1000);
    CHECK(producer().send("orders", "warm").get(5s));
    const std::size_t before = log.attempts().size();
    for (int i = 0; i < 3; ++i) queue(std::string(400, 'x'));
    script.settle();
    CHECK(log.attempts().size() == before + 1);
    CHECK(log.attempts().back().values.size() == 2);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "a batch grows while its broker is busy") {
    config.max_in_flight(1);
    warm_up();
    log.decide([](const ProduceLog::Attempt&) { return silence(); });
    send("first");
    for (int i = 0; i < 20; ++i) send("x");
    CHECK(log.attempts().back().values == Values{"first"});
    log.decide({});
    script.disconnect(1);
    CHECK(producer().flush(10s));
    CHECK(log.attempts().back().values.size() == 20);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "versions without topic ids") {
    script.set_versions(ApiKey::Produce, {3, 9});
    CHECK(outcome(send("a").get(1s)) == "ok@0");
    CHECK(log.attempts().back().version == 9);
  }
}
