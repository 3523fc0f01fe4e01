#include "broker/src/core/topic/topic_name.hpp"

#include <doctest/doctest.h>

#include <string>

namespace barnabas::broker {
namespace {

TEST_CASE("topic_name: Kafka's rules") {
  CHECK(validate_topic_name("a-Z_0.9"));
  CHECK(validate_topic_name(std::string(249, 'x')));
  CHECK_FALSE(validate_topic_name(std::string(250, 'x')));
  for (const std::string_view bad : {"", ".", "..", "a/b", "a b", "\xC3\xA4", "a\n", "../etc"}) {
    CAPTURE(bad);
    const Result<void> valid = validate_topic_name(bad);
    REQUIRE_FALSE(valid);
    CHECK(valid.error() == ErrorCode::invalid_topic_exception);
  }
  CHECK(validate_topic_name("..."));
}

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
