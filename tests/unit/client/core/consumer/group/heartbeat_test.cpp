#include "client/src/core/consumer/group/heartbeat.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace barnabas;
using namespace barnabas::client;
using namespace std::chrono_literals;

namespace {

struct World {
  Heartbeat heartbeat{{3s, 45s, 100ms}};
  Instant now{1h};
};

}  // namespace

TEST_CASE_FIXTURE(World, "heartbeat: every interval, counted from the last one sent") {
  CHECK(!heartbeat.next_deadline());
  heartbeat.start(now);
  CHECK(!heartbeat.due(now + 2999ms));
  CHECK(heartbeat.due(now + 3s));
  heartbeat.sent(now + 3s);
  CHECK(!heartbeat.due(now + 10s));  // one under way
  heartbeat.answered();
  CHECK(heartbeat.next_deadline() == now + 6s);
}

TEST_CASE_FIXTURE(World, "heartbeat: the session counts from when an answered one was sent") {
  heartbeat.start(now);
  heartbeat.sent(now + 3s);
  CHECK(heartbeat.session_over(now + 45s));  // it was not answered yet
  CHECK(!heartbeat.session_over(now + 44s));
  heartbeat.answered();  // however late
  CHECK(!heartbeat.session_over(now + 47s));
  CHECK(heartbeat.session_over(now + 48s));
}

TEST_CASE_FIXTURE(World, "heartbeat: one that failed is repeated soon, and prolongs nothing") {
  heartbeat.start(now);
  heartbeat.sent(now + 3s);
  heartbeat.failed(now + 4s);
  CHECK(heartbeat.next_deadline() == now + 4100ms);
  CHECK(heartbeat.session_over(now + 45s));
}

TEST_CASE_FIXTURE(World, "heartbeat: held while joining, the session goes on") {
  heartbeat.start(now);
  heartbeat.hold();
  CHECK(!heartbeat.due(now + 10s));
  CHECK(heartbeat.next_deadline() == now + 45s);
  CHECK(heartbeat.session_over(now + 45s));
  heartbeat.stop();
  CHECK(!heartbeat.session_over(now + 450s));
  heartbeat.hold();
  CHECK(!heartbeat.next_deadline());
}
