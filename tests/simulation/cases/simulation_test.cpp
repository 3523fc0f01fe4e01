#include <barnabas/simulation.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace barnabas;
using namespace std::chrono_literals;

namespace {

std::uint64_t fingerprint_of(std::uint64_t seed) {
  Simulation world(seed);
  for (int i = 0; i < 20; ++i) {
    world.producer().send("orders", std::to_string(i));
    world.run_for(100ms);
    if (i == 10) world.kill_broker(1s);
  }
  world.run_for(1min);
  return world.fingerprint();
}

}  // namespace

TEST_CASE("a seed decides everything") {
  CHECK(fingerprint_of(1) == fingerprint_of(1));
  CHECK(fingerprint_of(1) != fingerprint_of(2));
}

TEST_CASE("blocking calls let virtual time pass") {
  Simulation world(3);
  const Result<Delivery> sent = world.producer().send("orders", "42").get();
  REQUIRE(sent);
  CHECK(sent->offset == 0);
  CHECK(world.log("orders", 0).size() == 1);
  CHECK(world.now() < 1min);
}

TEST_CASE("what was acknowledged with barnabas.fsync=always survives a loss of power") {
  BrokerConfig config;
  REQUIRE(config.set("barnabas.fsync", "always"));
  Simulation world(4, config);
  REQUIRE(world.producer().send("orders", "42").get());
  world.crash_broker(5s);
  CHECK_FALSE(world.broker_is_up());
  REQUIRE(world.run_until([&] { return world.broker_is_up(); }, 1min));
  CHECK(world.log("orders", 0).size() == 1);
}

TEST_CASE("a consumer takes over from one whose machine was cut off") {
  Simulation world(5, BrokerConfig().partitions(2));
  REQUIRE(world.create_topic("orders", 2));
  const auto config = [](const char* name) {
    return ConsumerConfig().client_id(name).group("g").session_timeout(6s).offset_reset(
        OffsetReset::earliest());
  };
  Consumer first = world.make_consumer(config("first"));
  Consumer second = world.make_consumer(config("second"));
  REQUIRE(first.subscribe({"orders"}));
  REQUIRE(second.subscribe({"orders"}));
  const auto polling = world.every(100ms, [&] {
    REQUIRE(first.poll(0ms));
    REQUIRE(second.poll(0ms));
  });
  REQUIRE(world.run_until(
      [&] { return first.assignment().size() == 1 && second.assignment().size() == 1; }, 1min));
  world.disconnect("first", 30s);
  CHECK(world.run_until([&] { return second.assignment().size() == 2; }, 30s));
  CHECK(first.assignment().empty());
  CHECK(world.run_until(
      [&] { return first.assignment().size() == 1 && second.assignment().size() == 1; }, 1min));
}

TEST_CASE("an asynchronous poll does not wait while the last one left records over") {
  Simulation world(5);
  for (int i = 0; i < 50; ++i) world.producer().send("orders", std::to_string(i));
  REQUIRE(world.producer().flush(1min));
  auto consumer = world.make_consumer(
      ConsumerConfig().group("g").offset_reset(OffsetReset::earliest()).max_poll_records(1));
  REQUIRE(consumer.subscribe({"orders"}));
  std::size_t seen = 0;
  const auto begun = world.now();
  while (seen < 50 && world.now() - begun < 2min) {
    const Result<Records> polled = consumer.poll_async(10s).get();
    REQUIRE(polled);
    seen += polled->size();
  }
  CHECK(seen == 50);
  CHECK(world.now() - begun < 10s);
}
