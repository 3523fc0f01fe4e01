#include <barnabas/producer.hpp>

#include "tests/unit/client/core/producer/producer_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::outcome;
using barnabas::test::ProducerFixture;
using barnabas::test::Values;

TEST_SUITE("producer") {
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
}
