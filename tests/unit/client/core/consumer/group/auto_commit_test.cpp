#include "client/src/core/consumer/group/auto_commit.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace barnabas;
using namespace barnabas::client;
using namespace std::chrono_literals;

TEST_CASE("auto commit: every interval from the first poll on, one at a time") {
  AutoCommit commit(5s);
  const Instant now(1h);
  CHECK(commit.enabled());
  CHECK(!commit.due(now + 1h));
  commit.start(now);
  commit.start(now + 3s);  // later polls change nothing
  CHECK(!commit.due(now + 4s));
  CHECK(commit.due(now + 5s));
  commit.begin();
  CHECK(!commit.due(now + 20s));
  CHECK(!commit.next_deadline());
  commit.end(now + 7s);
  CHECK(commit.next_deadline() == now + 12s);
}

TEST_CASE("auto commit: switched off") {
  AutoCommit commit(std::nullopt);
  commit.start(Instant(1h));
  CHECK(!commit.enabled());
  CHECK(!commit.due(Instant(2h)));
  commit.end(Instant(2h));
  CHECK(!commit.next_deadline());
}
