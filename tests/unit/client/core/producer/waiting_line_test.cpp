#include "client/src/core/producer/waiting_line.hpp"

#include <doctest/doctest.h>

#include <memory>

using barnabas::client::WaitingLine;

TEST_CASE("waiting line: who came first is first, also when others give up") {
  WaitingLine line;
  CHECK(line.empty());
  auto first = std::make_unique<WaitingLine::Place>(line, 10);
  auto second = std::make_unique<WaitingLine::Place>(line, 10);
  auto third = std::make_unique<WaitingLine::Place>(line, 10);
  CHECK(!line.empty());
  CHECK(first->is_first());
  CHECK(!second->is_first());
  second.reset();  // gives up
  CHECK(first->is_first());
  CHECK(!third->is_first());
  first.reset();
  CHECK(third->is_first());
  auto late = std::make_unique<WaitingLine::Place>(line, 10);
  CHECK(!late->is_first());
  third.reset();
  CHECK(late->is_first());
  late.reset();
  CHECK(line.empty());
}

TEST_CASE("waiting line: all are served for whom there is enough, in order") {
  WaitingLine line;
  const WaitingLine::Place large(line, 1000);
  const WaitingLine::Place small(line, 10);
  CHECK(!large.is_served(999));
  CHECK(!small.is_served(999));  // what there is belongs to the large one
  CHECK(large.is_served(1000));
  CHECK(!small.is_served(1009));
  CHECK(small.is_served(1010));
}

TEST_CASE("waiting line: who comes newly passes where nobody is robbed") {
  WaitingLine line;
  CHECK(line.lets_pass(10, 10));
  CHECK(!line.lets_pass(10, 9));
  const WaitingLine::Place large(line, 1000);
  CHECK(!line.lets_pass(10, 1009));
  CHECK(line.lets_pass(10, 1010));
}
