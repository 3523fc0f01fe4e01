#include "client/src/core/consumer/group/poll_watch.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace barnabas;
using namespace barnabas::client;
using namespace std::chrono_literals;

TEST_CASE("cat_G10 poll watch: counts between polls, not within one nor before the first") {
  PollWatch watch(10s);
  const Instant now(1h);
  CHECK(!watch.overdue(now + 1h));
  watch.poll_began();
  CHECK(watch.within());
  CHECK(!watch.overdue(now + 1h));
  CHECK(!watch.next_deadline());
  watch.poll_ended(now);
  CHECK(watch.next_deadline() == now + 10s);
  CHECK(!watch.overdue(now + 9s));
  CHECK(watch.overdue(now + 10s));
  watch.poll_began();
  CHECK(!watch.overdue(now + 11s));
}
