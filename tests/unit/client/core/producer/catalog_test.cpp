#include "tests/unit/client/core/producer/producer_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

// Bugs that other Kafka clients had, by their number in our catalogue: each must stay impossible.

using namespace std::chrono_literals;
using namespace barnabas;
using namespace barnabas::test;

TEST_SUITE("producer catalog") {
  TEST_CASE_FIXTURE(ProducerFixture, "cat_P16 a storage error is retried") {
    log.refuse_next({ErrorCode::kafka_storage_error});
    CHECK(outcome(send("a").get(10s)) == "ok@0");
    CHECK(log.values("orders", 0) == Values{"a"});
  }

  TEST_CASE_FIXTURE(ProducerFixture, "cat_P18 a duplicate sequence is success without an offset") {
    warm_up();
    log.refuse_next({ErrorCode::duplicate_sequence_number});
    const Result<Delivery> delivery = send("a").get(10s);
    REQUIRE(delivery);
    CHECK_FALSE(delivery->has_offset());
  }
}
