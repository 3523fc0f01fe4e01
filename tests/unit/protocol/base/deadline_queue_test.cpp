#include "protocol/base/deadline_queue.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using barnabas::DeadlineQueue;
using barnabas::Instant;

TEST_CASE("deadlines come in order of time, then key") {
  DeadlineQueue<std::string> queue;
  const Instant start{};
  queue.set("b", start + 2s);
  queue.set("a", start + 2s);
  queue.set("c", start + 1s);
  CHECK(queue.next() == start + 1s);
  CHECK(!queue.pop_due(start));
  CHECK(queue.pop_due(start + 2s) == "c");
  CHECK(queue.pop_due(start + 2s) == "a");
  CHECK(queue.pop_due(start + 2s) == "b");
  CHECK(!queue.next());
}

TEST_CASE("a deadline is moved by setting it again and gone once cancelled") {
  DeadlineQueue<int> queue;
  const Instant start{};
  queue.set(1, start + 1s);
  queue.set(2, start + 2s);
  queue.set(1, start + 3s);
  CHECK(queue.size() == 2);
  CHECK(queue.next() == start + 2s);
  queue.cancel(2);
  queue.cancel(7);
  CHECK(queue.deadline_of(1) == start + 3s);
  CHECK(!queue.deadline_of(2));
  CHECK(!queue.pop_due(start + 2s));
  CHECK(queue.pop_due(start + 3s) == 1);
  CHECK(queue.empty());
}
