#include "tests/simulation/plan.hpp"

#include "tests/simulation/run.hpp"
#include "tests/simulation/shrink.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace barnabas;
using namespace barnabas::test;

TEST_CASE("a plan and its text say the same") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Plan plan = Plan::draw(seed);
    const Result<Plan> parsed = Plan::parse(plan.to_text());
    REQUIRE(parsed);
    CHECK(parsed->to_text() == plan.to_text());
  }
  CHECK_FALSE(Plan::parse("fault earthquake at_ms=1"));
  CHECK_FALSE(Plan::parse("plan nodes"));
}

TEST_CASE("a run is the same each time, also from its text") {
  for (const std::uint64_t seed : {std::uint64_t{11}, std::uint64_t{12}}) {
    const Plan plan = Plan::draw(seed);
    const RunResult first = Run(plan).perform();
    const RunResult second = Run(Plan::parse(plan.to_text()).value()).perform();
    CHECK(first.trace_hash == second.trace_hash);
    CHECK(first.events == second.events);
  }
}

// Else a run with small windows over a long way would fail for want of speed: no answer with
// records would be there before its request is given up.
TEST_CASE("all records of a drawn run pass through its windows within a request's time") {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    const Plan plan = Plan::draw(seed);
    constexpr std::int64_t most_overhead = 100;  // a batch, and a record in it
    std::int64_t bytes = 0;
    for (const ProducerPlan& producer : plan.producers) {
      bytes += producer.records * (producer.value_bytes + most_overhead);
    }
    const std::int64_t round_trip_us = 2 * (plan.latency_us + plan.jitter_us);
    for (const ConsumerPlan& consumer : plan.consumers) {
      const std::int64_t round_trips = consumer.request_timeout_ms * 1000 / round_trip_us;
      CHECK(round_trips * plan.window >= bytes);
    }
  }
}

TEST_CASE("shrinking leaves what makes it fail") {
  Plan plan = Plan::draw(7);
  plan.faults.clear();
  for (int i = 0; i < 10; ++i) {
    FaultPlan fault;
    fault.kind = i == 6 ? FaultKind::swallow : FaultKind::reset;
    fault.at_ms = i;
    plan.faults.push_back(fault);
  }
  const Plan small = shrink(plan, [](const Plan& candidate) {
    return std::any_of(candidate.faults.begin(), candidate.faults.end(),
                       [](const FaultPlan& f) { return f.kind == FaultKind::swallow; });
  });
  REQUIRE(small.faults.size() == 1);
  CHECK(small.faults[0].kind == FaultKind::swallow);
  CHECK(small.consumers.size() == 1);
}
