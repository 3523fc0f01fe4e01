#include "tests/simulation/plan.hpp"
#include "tests/simulation/run.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>

using namespace barnabas;
using namespace barnabas::test;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;

Plan busy_plan() {
  Plan plan;
  plan.seed = 14;
  plan.nodes = 3;
  plan.topics = 2;
  plan.faulty_ms = 20'000;
  plan.metadata_age_ms = 5'000;
  plan.producers.resize(2);
  for (ProducerPlan& producer : plan.producers) {
    producer.records = 400;
    producer.interval_ms = 200;
    producer.delivery_timeout_ms = 10'000;
  }
  plan.consumers.resize(2);
  for (ConsumerPlan& consumer : plan.consumers) consumer.max_poll_ms = 10'000;
  return plan;
}

// Clients are numbered from 0, producers first.
void jump_everywhere(Plan& plan, std::int64_t at_ms, std::int64_t by_ms) {
  plan.faults.push_back({at_ms, FaultKind::broker_wall_jump, by_ms});
  for (std::int64_t client = 0; client < 4; ++client) {
    plan.faults.push_back({at_ms + 10 * client, FaultKind::client_wall_jump, client, by_ms});
  }
}

RunResult perform(const Plan& plan) {
  Run run(plan);
  RunResult result = run.perform();
  for (const auto& finding : result.findings) FAIL_CHECK(finding.checker << ": " << finding.what);
  return result;
}

}  // namespace

TEST_CASE("cat_N14 nothing fires early and nothing hangs when wall clocks are set") {
  Plan plan = busy_plan();
  const RunResult quiet = perform(plan);
  jump_everywhere(plan, 2'000, hour_ms);
  jump_everywhere(plan, 6'000, -2 * hour_ms);
  jump_everywhere(plan, 10'000, hour_ms);
  jump_everywhere(plan, 14'000, -48 * hour_ms);
  const RunResult set = perform(plan);
  // Timeouts, refreshes and heartbeats that came early, or never, would show in both.
  CHECK(std::chrono::abs(set.virtual_time - quiet.virtual_time) < std::chrono::seconds(1));
  const auto requests = [](const RunResult& result) { return static_cast<double>(result.events); };
  CHECK(requests(set) == doctest::Approx(requests(quiet)).epsilon(0.05));
}
