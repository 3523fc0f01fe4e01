#include "protocol/base/property_file.hpp"

#include <doctest/doctest.h>

namespace barnabas {
namespace {

TEST_CASE("property_file: names, values, comments, continued lines") {
  const auto properties = parse_property_file(
      "# a comment\n"
      "\n"
      "  node.id = 1 \r\n"
      "! another \\\n"
      "log.dirs: /tmp/a=b\n"
      "listeners=PLAINTEXT://a:1,\\\n"
      "   PLAINTEXT://b:2\n"
      "empty=");
  REQUIRE(properties);
  CHECK(*properties == Properties{{"node.id", "1"},
                                  {"log.dirs", "/tmp/a=b"},
                                  {"listeners", "PLAINTEXT://a:1,PLAINTEXT://b:2"},
                                  {"empty", ""}});
}

TEST_CASE("property_file: a line without a value is refused with its number") {
  const auto properties = parse_property_file("a=1\n\nnonsense\n");
  REQUIRE_FALSE(properties);
  CHECK(properties.error() == ErrorCode::invalid_property);
  CHECK(properties.error().context() == "line 3: expected name=value");
  CHECK_FALSE(parse_property_file("=5"));
}

}  // namespace
}  // namespace barnabas
