#include <barnabas/producer.hpp>

#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_reader.hpp"
#include "tests/unit/client/core/producer/producer_fixture.hpp"

#include <barnabas/literals.hpp>
#include <barnabas/typed_producer.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <coroutine>
#include <exception>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::outcome;
using barnabas::test::ProduceLog;
using barnabas::test::ProducerFixture;
using barnabas::test::Values;
using Decision = ProduceLog::Decision;

namespace {

struct ReadRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::int64_t timestamp = -1;
};

std::vector<ReadRecord> records_of(const ProduceLog::Attempt& attempt) {
  records::BatchReader batches(BytesView(attempt.bytes.data(), attempt.bytes.size()));
  records::BatchView batch;
  REQUIRE(batches.next(batch));
  compression::Decompressor decompressor;
  ByteBuffer storage;
  auto reader = records::open_batch(batch, decompressor, storage);
  REQUIRE(reader);
  std::vector<ReadRecord> all;
  const auto text = [](const std::optional<BytesView>& bytes) {
    return bytes ? std::optional<std::string>(bytes->text()) : std::nullopt;
  };
  for (records::RecordView record; reader->next(record);) {
    ReadRecord& read = all.emplace_back();
    read.key = text(record.key);
    read.value = text(record.value);
    read.timestamp = record.timestamp;
    for (const HeaderView& header : record.headers) {
      read.headers.emplace_back(header.key, text(header.value));
    }
  }
  return all;
}

Decision silence() {
  Decision decision;
  decision.append = false;
  decision.silent = true;
  return decision;
}

struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Detached send_awaiting(Producer& producer, std::string& told) {
  const Result<Delivery> delivery = co_await producer.send(Record("orders").value("awaited"));
  told = outcome(delivery);
}

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

TEST_SUITE("producer") {
  // --- What is sent

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

  // --- How the outcome is told

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

  // --- Acknowledgement

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

  // --- Time limits and leaders

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

  // --- Memory

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

  // --- Flush, purge, close

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

  // --- Looking things up

  TEST_CASE_FIXTURE(ProducerFixture, "partitions_for") {
    config.max_block(1000ms);
    script.add_topic("wide", {1, 2, -1});
    const auto partitions = producer().partitions_for("wide");
    REQUIRE(partitions);
    REQUIRE(partitions->size() == 3);
    CHECK((*partitions)[1].topic == "wide");
    CHECK((*partitions)[1].partition == 1);
    CHECK((*partitions)[1].leader == 2);
    CHECK((*partitions)[2].leader == -1);
    CHECK(producer().partitions_for("nothing").error() == ErrorCode::unknown_topic_or_partition);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "metrics count") {
    warm_up();
    log.refuse_next({ErrorCode::not_enough_replicas});
    CHECK(send("a").get(5s));
    CHECK(outcome(send("b", "bad name")) == "INVALID_TOPIC_EXCEPTION");
    const ProducerMetrics metrics = producer().metrics();
    CHECK(metrics.records_sent == 2);
    CHECK(metrics.records_delivered == 2);
    CHECK(metrics.records_failed == 0);
    CHECK(metrics.records_rejected == 1);
    CHECK(metrics.records_queued == 0);
    CHECK(metrics.batches_delivered == 2);
    CHECK(metrics.retries == 1);
    CHECK(metrics.requests == 3);
    CHECK(metrics.buffer_size == 32 * 1024 * 1024);
  }

  // --- Making one

  TEST_CASE("a producer is not made from nonsense") {
    CHECK(Producer::create(ProducerConfig()).error() == ErrorCode::invalid_property);
    CHECK(Producer::create(ProducerConfig().bootstrap_servers("a:b")).error() ==
          ErrorCode::invalid_property);
    CHECK_THROWS_AS(Producer(""), Exception);
  }

  TEST_CASE_FIXTURE(ProducerFixture, "the handle of another producer's topic") {
    ProducerFixture other;
    const Topic topic = other.producer().topic("orders");
    CHECK(outcome(producer().send(topic, "a")) == "INVALID_ARGUMENT");
    CHECK(topic.name() == "orders");
  }

  // --- Typed values

  TEST_CASE_FIXTURE(ProducerFixture, "typed keys and values") {
    struct Positive {
      Result<void> serialize(const int& value, Buffer& out) const {
        if (value <= 0) return Error(ErrorCode::serialization_failed, "not positive");
        out.append(std::to_string(value));
        return {};
      }
    };
    TypedProducer<std::string, int> typed(producer(), text, Positive());
    CHECK(outcome(typed.send("orders", "k", 5).get(1s)) == "ok@0");
    CHECK(outcome(typed.send("orders", -5)) == "SERIALIZATION_FAILED");
    CHECK(outcome(typed.send("orders", "k", std::nullopt).get(1s)) == "ok@1");
    CHECK(log.values("orders", 0) == Values{"5", "(null)"});

    TypedProducer<std::int32_t, std::string> defaults(producer());
    std::string told;
    defaults.send(producer().topic("orders"), 258, "v",
                  [&](const Result<Delivery>& result) { told = outcome(result); });
    script.settle();
    CHECK(told == "ok@2");
    CHECK(records_of(log.attempts().back())[0].key == std::string("\0\0\1\2", 4));
  }
}
