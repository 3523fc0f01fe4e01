#include "client/src/core/producer/waiting_line.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>

using barnabas::client::WaitingLine;

TEST_CASE("waiting line: who came first is first, also when others give up") {
  WaitingLine line;
  CHECK(line.empty());
  std::optional<WaitingLine::Place> first(line);
  std::optional<WaitingLine::Place> second(line);
  std::optional<WaitingLine::Place> third(line);
  CHECK(!line.empty());
  CHECK(first->is_first());
  CHECK(!second->is_first());
  second.reset();  // gives up
  CHECK(first->is_first());
  CHECK(!third->is_first());
  first.reset();
  CHECK(third->is_first());
  std::optional<WaitingLine::Place> late(line);
  CHECK(!late->is_first());
  third.reset();
  CHECK(late->is_first());
  late.reset();
  CHECK(line.empty());
}
