#include "protocol/wire/tag_section.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

using namespace barnabas;
using barnabas::test::from_hex;
using barnabas::wire::Reader;
using barnabas::wire::TagSection;

namespace {

struct Outcome {
  bool ok = false;
  std::string error;
  std::map<std::uint32_t, std::int32_t> values;
  std::size_t left = 0;
};

/// Reads tags 0 and 2 as int32 and passes over others.
Outcome read(std::string_view hex) {
  const std::vector<std::byte> bytes = from_hex(hex);
  Reader in(BytesView(bytes.data(), bytes.size()));
  Outcome outcome;
  for (TagSection tags(in); tags.next();) {
    if (tags.tag() == 0 || tags.tag() == 2) {
      outcome.values[tags.tag()] = in.int32("value");
    } else {
      tags.skip();
    }
  }
  outcome.ok = in.ok();
  if (!in.ok()) outcome.error = in.error().context();
  outcome.left = in.remaining();
  return outcome;
}

}  // namespace

TEST_CASE("known fields are read, unknown ones passed over, and what follows is left") {
  const Outcome outcome = read("04 00 04 00000007 01 02 aabb 02 04 00000009 8001 00 ffff");
  CHECK(outcome.ok);
  CHECK(outcome.values == std::map<std::uint32_t, std::int32_t>{{0, 7}, {2, 9}});
  CHECK(outcome.left == 2);
}

TEST_CASE("an empty section is one byte") {
  const Outcome outcome = read("00 01");
  CHECK(outcome.ok);
  CHECK(outcome.left == 1);
}

TEST_CASE("tags must ascend") {
  CHECK(read("02 00 04 00000007 00 04 00000007").error.find("ascend") != std::string::npos);
  CHECK(read("02 05 00 03 00").error.find("ascend") != std::string::npos);
}

TEST_CASE("a field cannot reach behind its end") {
  // Three bytes for an int32, though the message goes on.
  const Outcome outcome = read("01 00 03 00000007 ffff");
  CHECK_FALSE(outcome.ok);
  CHECK(outcome.left == 0);
}

TEST_CASE("a field cannot be longer than its content") {
  CHECK(read("01 00 05 0000000700").error.find("longer than its content") != std::string::npos);
}

TEST_CASE("counts and sizes beyond the message are errors") {
  CHECK_FALSE(read("05 00 00").ok);
  CHECK_FALSE(read("ffffffff0f 00 00").ok);
  CHECK_FALSE(read("01 07 05 0000").ok);
  CHECK_FALSE(read("01 07 ffffffff0f 0000").ok);
  CHECK_FALSE(read("").ok);
  CHECK_FALSE(read("01 07").ok);
}
