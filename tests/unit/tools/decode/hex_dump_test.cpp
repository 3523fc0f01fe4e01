#include "tools/barnabas/decode/hex_dump.hpp"

#include <doctest/doctest.h>

#include <string>

using barnabas::tools::looks_like_text;
using barnabas::tools::parse_hex_dump;

namespace {

const std::string sixteen = "0123456789abcdef";

std::string parsed(std::string_view text) {
  const auto bytes = parse_hex_dump(text);
  return bytes ? *bytes : bytes.error().to_string();
}

}  // namespace

TEST_CASE("digits with whatever people put between them") {
  CHECK(parsed("616263") == "abc");
  CHECK(parsed("61 62\n63\n") == "abc");
  CHECK(parsed("0x61, 0x62, 0x63") == "abc");
  CHECK(parsed("61:62:63") == "abc");
  CHECK(parsed("6162 6364") == "abcd");
}

TEST_CASE("dumps of the usual programs") {
  CHECK(parsed("00000000: 6162 6364 650a                           abcde.\n") == "abcde\n");
  CHECK(parsed("00000000  61 62 63 64 65 66 67 68  61 62 63 64 65 66 67 68  |abcdefghabcdefgh|\n"
               "00000010  61 62                                             |ab|\n"
               "00000012\n") == "abcdefghabcdefghab");
  CHECK(parsed("000000 61 62 63 64 65 66 67 68 61 62 63 64 65 66 67 68  >abcdefghabcdefgh<\n"
               "000010 61                                               >a<\n") ==
        "abcdefghabcdefgha");
  CHECK(parsed("0000   61 62 63 64 65 66 67 68 61 62 63 64 65 66 67 68   abcdefghabcdefgh\n") ==
        "abcdefghabcdefgh");
  CHECK(parsed("0x0000:  6162 6364 6566 6768 6162 6364 6566 6768  abcdefghabcdefgh\n") ==
        "abcdefghabcdefgh");
}

TEST_CASE("what is no dump is named") {
  CHECK(parsed("61 62\nhello\n").find("line 2 is not hexadecimal: hello") != std::string::npos);
  CHECK(parsed("616").find("line 1") != std::string::npos);
  CHECK(looks_like_text("00 01\n"));
  CHECK_FALSE(looks_like_text(std::string_view("\0\1", 2)));
}
