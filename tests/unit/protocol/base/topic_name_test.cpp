#include "protocol/base/topic_name.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace barnabas {
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

}  // namespace
}  // namespace barnabas
