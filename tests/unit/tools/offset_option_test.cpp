#include "tools/barnabas/offset_option.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::tools;
using Kind = OffsetOption::Kind;

TEST_CASE("every form of an offset is understood") {
  CHECK(parse_offset_option("beginning").value() == OffsetOption{Kind::beginning, 0});
  CHECK(parse_offset_option("latest").value() == OffsetOption{Kind::end, 0});
  CHECK(parse_offset_option("stored").value() == OffsetOption{Kind::stored, 0});
  CHECK(parse_offset_option("42").value() == OffsetOption{Kind::offset, 42});
  CHECK(parse_offset_option("-7").value() == OffsetOption{Kind::before_end, 7});
  CHECK(parse_offset_option("s@1700000000000").value() ==
        OffsetOption{Kind::start_time, 1700000000000});
  CHECK(parse_offset_option("e@5").value() == OffsetOption{Kind::stop_time, 5});
}

TEST_CASE("other text is refused with the forms that exist") {
  for (const char* text : {"", "first", "1x", "s@", "s@-1", "99999999999999999999"}) {
    CAPTURE(text);
    const auto result = parse_offset_option(text);
    REQUIRE(!result);
    CHECK(result.error() == ErrorCode::invalid_argument);
    CHECK(result.error().context().find("beginning, end, stored") != std::string::npos);
  }
}
