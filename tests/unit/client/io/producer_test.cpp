#include <barnabas/producer.hpp>

#include "tests/unit/client/core/producer/producer_fixture.hpp"
#include "tests/unit/client/io/produced_records.hpp"

#include <barnabas/literals.hpp>
#include <barnabas/typed_producer.hpp>

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
using barnabas::test::Values;

TEST_SUITE("producer") {
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
