#include "client/src/core/consumer/topic_pattern.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace barnabas;
using namespace barnabas::client;

TEST_CASE("topic pattern: the whole name has to match") {
  const TopicPattern pattern = TopicPattern::compile("(orders|bills)-[0-9]+").value();
  CHECK(pattern.matches("orders-1"));
  CHECK(pattern.matches("bills-42"));
  CHECK(!pattern.matches("orders-"));
  CHECK(!pattern.matches("my-orders-1"));
  CHECK(!pattern.matches("orders-1-old"));
  const TopicPattern anchored = TopicPattern::compile("^a.c$").value();
  CHECK(anchored.matches("abc"));
}

TEST_CASE("topic pattern: nonsense is refused and says why") {
  const auto bad = TopicPattern::compile("a[");
  REQUIRE(!bad);
  CHECK(bad.error() == ErrorCode::invalid_argument);
  CHECK(bad.error().context().find("\"a[\"") != std::string::npos);
}
