#include "broker/src/core/topic/topic_name.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker {
namespace {

TEST_CASE("topic_name: dots and underscores collide") {
  CHECK(topic_names_collide("a.b_c", "a_b.c"));
  CHECK_FALSE(topic_names_collide("a.b", "a-b"));
  CHECK_FALSE(topic_names_collide("a.b", "a.bc"));
}

TEST_CASE("topic_name: internal topics") {
  CHECK(is_internal_topic("__consumer_offsets"));
  CHECK_FALSE(is_internal_topic("consumer_offsets"));
}

}  // namespace
}  // namespace barnabas::broker
