#include "client/src/core/producer/batch_delivery.hpp"

#include "tests/unit/client/core/producer/batch_world.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using Told = std::vector<std::string>;

std::string text(const Result<Delivery>& result) {
  if (!result) return std::string(name(result.error().code())) + " " + result.error().context();
  return std::to_string(result->offset) + "@" +
         std::to_string(result->timestamp.time_since_epoch().count());
}

struct DeliveryWorld {
  std::shared_ptr<ChunkPool> pool = std::make_shared<ChunkPool>(64 * 1024);
  std::shared_ptr<BatchDelivery> delivery = std::make_shared<BatchDelivery>(
      nullptr, pool, std::make_shared<const std::string>("orders"), 3);
  Told told;

  DeliveryCallback teller() {
    return [this](const Result<Delivery>& result) { told.push_back(text(result)); };
  }
  Future<Delivery> add(Timestamp time) {
    Future<Delivery> future;
    add(time, DeliveryReport::by_future(future));
    return future;
  }
  void add_with_callback(Timestamp time) {
    DeliveryCallback callback = teller();
    add(time, DeliveryReport::by_callback(callback));
  }
  void add(Timestamp time, DeliveryReport report) {
    REQUIRE(delivery->make_room(report));
    delivery->add(time, report, delivery);
  }
  static BatchOutcome stored(std::int64_t offset, Timestamp append_time = -1) {
    BatchOutcome outcome;
    outcome.base_offset = offset;
    outcome.log_append_time = append_time;
    return outcome;
  }
};

}  // namespace

TEST_CASE_FIXTURE(DeliveryWorld, "batch delivery: everybody learns the own offset and time") {
  const DeliveryHandler handler(teller());
  const Future<Delivery> first = add(100);
  add_with_callback(101);
  add(101, DeliveryReport::by_handler(handler));
  add(105, DeliveryReport::by_handler(handler));
  const Future<Delivery> last = add(105);
  CHECK(delivery->count() == 5);
  CHECK(!first.is_ready());
  CHECK(delivery->deliver(0, 5, stored(40)));
  CHECK(told == Told{"41@101", "42@101", "43@105"});
  CHECK(text(first.get()) == "40@100");
  CHECK(text(last.get()) == "44@105");
  CHECK(first.get()->topic == "orders");
  CHECK(first.get()->partition == 3);
}

TEST_CASE_FIXTURE(DeliveryWorld,
                  "batch delivery: a run is told as its records one by one would be") {
  const DeliveryHandler handler(teller());
  const auto add_run = [&](Timestamp time, DeliveryReport report, std::uint32_t count) {
    REQUIRE(delivery->make_room(report));
    delivery->add_run(time, report, count);
  };
  add(100, DeliveryReport::by_handler(handler));
  add_run(101, DeliveryReport::by_handler(handler), 2);
  add_run(101, DeliveryReport::to_nobody(), 10);
  const Future<Delivery> future = add(102);
  add_run(103, DeliveryReport::by_handler(handler), 2);
  CHECK(delivery->count() == 16);
  CHECK(delivery->deliver(0, 16, stored(40)));
  CHECK(told == Told{"40@100", "41@101", "42@101", "54@103", "55@103"});
  CHECK(text(future.get()) == "53@102");
}

TEST_CASE_FIXTURE(DeliveryWorld, "batch delivery: append time, and no offset") {
  add_with_callback(100);
  const Future<Delivery> future = add(100);
  CHECK(delivery->deliver(0, 2, stored(-1, 900)));
  CHECK(told == Told{"-1@900"});
  CHECK(text(future.get()) == "-1@900");
  CHECK(!future.get()->has_offset());
}

TEST_CASE_FIXTURE(DeliveryWorld,
                  "batch delivery: the culprits are told why, the others that it was not them") {
  const Future<Delivery> good = add(100);
  const Future<Delivery> bad = add(100);
  add_with_callback(100);
  BatchOutcome outcome(Error(ErrorCode::invalid_record, "orders[3]"));
  outcome.record_errors = {{1, "no key"}};
  CHECK(delivery->deliver(0, 3, std::move(outcome)));
  CHECK(text(bad.get()) == "INVALID_RECORD orders[3]: no key");
  CHECK(good.get().error() == ErrorCode::operation_not_attempted);
  CHECK(told.size() == 1);
  CHECK(told[0].find("another record of the same batch") != std::string::npos);
}

TEST_CASE_FIXTURE(DeliveryWorld,
                  "batch delivery: parts end callbacks at once, futures with the last") {
  std::vector<Future<Delivery>> futures;
  const DeliveryHandler handler(teller());
  for (int i = 0; i < 4; ++i) futures.push_back(add(100 + i));
  for (int i = 4; i < 8; ++i) add(100 + i, DeliveryReport::by_handler(handler));
  CHECK(!delivery->deliver(0, 5, stored(10)));
  CHECK(told == Told{"14@104"});
  CHECK(!futures[0].is_ready());
  CHECK(delivery->deliver(5, 3, Error(ErrorCode::delivery_timed_out, "late")));
  CHECK(told == Told{"14@104", "DELIVERY_TIMED_OUT late", "DELIVERY_TIMED_OUT late",
                     "DELIVERY_TIMED_OUT late"});
  CHECK(text(futures[3].get()) == "13@103");
}

TEST_CASE_FIXTURE(DeliveryWorld, "batch delivery: each part has its own offsets") {
  const DeliveryHandler handler(teller());
  std::vector<Future<Delivery>> futures;
  for (int i = 0; i < 2; ++i) add(100, DeliveryReport::by_handler(handler));
  for (int i = 0; i < 2; ++i) futures.push_back(add(100));
  CHECK(!delivery->deliver(0, 1, stored(10)));
  CHECK(delivery->deliver(1, 3, stored(50)));
  CHECK(told == Told{"10@100", "50@100"});
  CHECK(text(futures[1].get()) == "52@100");
}

TEST_CASE_FIXTURE(DeliveryWorld, "batch delivery: what it remembers counts as buffer memory") {
  DeliveryCallback callback = teller();
  DeliveryReport report = DeliveryReport::by_callback(callback);
  int accepted = 0;
  while (delivery->make_room(report)) {
    delivery->add(accepted++, report, delivery);
    callback = teller();
  }
  CHECK(accepted > 200);
  CHECK(pool->used() > 32 * 1024);
  CHECK(pool->used() <= 64 * 1024);
  CHECK(delivery->deliver(0, delivery->count(), stored(0)));
  CHECK(pool->used() == 0);
  CHECK(told.size() == static_cast<std::size_t>(accepted));
}

TEST_CASE_FIXTURE(DeliveryWorld, "batch delivery: records of one handler cost nothing each") {
  const DeliveryHandler handler(teller());
  add(100, DeliveryReport::by_handler(handler));
  const std::size_t used = pool->used();
  for (int i = 0; i < 1000; ++i) add(100, DeliveryReport::by_handler(handler));
  CHECK(pool->used() == used);
  CHECK(delivery->deliver(0, 1001, stored(0)));
  CHECK(told.size() == 1001);
}
