#include "client/src/core/consumer/group/rebalance_steps.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace barnabas;
using namespace barnabas::client;

namespace {

using Kind = RebalanceStep::Kind;
using Partitions = std::vector<TopicPartition>;

const TopicPartition a{"a", 0};
const TopicPartition b{"b", 0};

}  // namespace

TEST_CASE("rebalance steps: one at a time, in order") {
  RebalanceSteps steps;
  CHECK(steps.empty());
  steps.add(Kind::assigned, {a});
  steps.add(Kind::revoked, {b});
  CHECK(steps.has_next());
  CHECK(steps.begin().kind == Kind::assigned);
  CHECK(!steps.has_next());
  CHECK(steps.running());
  CHECK(steps.end().partitions == Partitions{a});
  CHECK(steps.begin().kind == Kind::revoked);
  (void)steps.end();
  CHECK(steps.empty());
}

TEST_CASE("rebalance steps: what is lost needs no other telling") {
  RebalanceSteps steps;
  steps.add(Kind::assigned, {a});
  steps.add(Kind::revoked, {b});
  steps.add_lost({a, b});
  // a was never told of, b is lost instead of revoked.
  const RebalanceStep step = steps.begin();
  CHECK(step.kind == Kind::lost);
  CHECK(step.partitions == Partitions{b});
  (void)steps.end();
  CHECK(steps.empty());
}

TEST_CASE("rebalance steps: a step that has begun stays, and its loss is told after it") {
  RebalanceSteps steps;
  steps.add(Kind::assigned, {a});
  (void)steps.begin();
  steps.add_lost({a});
  CHECK(!steps.has_next());
  CHECK(steps.end().partitions == Partitions{a});
  CHECK(steps.begin().kind == Kind::lost);
}

TEST_CASE("rebalance steps: what was given up cannot be lost as well") {
  for (const Kind kind : {Kind::revoked, Kind::lost}) {
    RebalanceSteps steps;
    steps.add(kind, {a});
    CHECK(!steps.was_given_up(a));
    (void)steps.begin();
    CHECK(steps.was_given_up(a));
    steps.add_lost({a});
    (void)steps.end();
    CHECK(steps.empty());
    steps.add_lost({a, b});
    CHECK(steps.begin().partitions == Partitions{b});
    (void)steps.end();
    steps.add(Kind::assigned, {a});
    (void)steps.begin();
    (void)steps.end();
    steps.add_lost({a});
    CHECK(steps.begin().partitions == Partitions{a});
    (void)steps.end();
    steps.forget();
    CHECK(!steps.was_given_up(a));
  }
}

TEST_CASE("rebalance steps: lost and assigned anew before the application heard of either") {
  RebalanceSteps steps;
  steps.add_lost({a});
  steps.add(Kind::assigned, {a});
  (void)steps.begin();
  (void)steps.end();
  (void)steps.begin();
  (void)steps.end();
  CHECK(!steps.was_given_up(a));
  // The application has it, so it is told when it is gone again.
  steps.add_lost({a});
  REQUIRE(steps.has_next());
  CHECK(steps.begin().partitions == Partitions{a});
}

TEST_CASE("rebalance steps: clearing forgets what has not begun") {
  RebalanceSteps steps;
  steps.add(Kind::assigned, {a});
  (void)steps.begin();
  steps.add(Kind::revoked, {a});
  steps.clear();
  CHECK(steps.running());
  (void)steps.end();
  CHECK(steps.empty());
}
