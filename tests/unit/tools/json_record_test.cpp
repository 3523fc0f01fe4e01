#include "tools/barnabas/json_record.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::tools;

TEST_CASE("a record is written in kcat's envelope and read back") {
  RecordFields record;
  record.topic = "t";
  record.offset = 1;
  record.timestamp = 1700000000000;
  record.key = "k\"";
  record.headers = {{"h", "v"}, {"n", std::nullopt}};
  std::string line;
  write_json_record(record, line);
  CHECK(line == R"({"topic":"t","partition":0,"offset":1,"tstype":"create","ts":1700000000000,)"
                R"("headers":["h","v","n",null],"key":"k\"","payload":null})");
  const JsonRecord back = read_json_record(line).value();
  CHECK(back.key == "k\"");
  CHECK(!back.value);
  CHECK(back.partition == 0);
  CHECK(back.timestamp == 1700000000000);
  REQUIRE(back.headers.size() == 2);
  CHECK(back.headers[0].second == "v");
  CHECK(!back.headers[1].second);
}

TEST_CASE("payloads that are JSON themselves are sent as their text") {
  CHECK(read_json_record(R"({"payload":{"number":1}})").value().value == R"({"number":1})");
}

TEST_CASE("a value is a payload, and headers may be an object") {
  const JsonRecord record =
      read_json_record(R"({"value":"v","headers":{"a":"1","b":null},"broker":1,"offset":7})")
          .value();
  CHECK(record.value == "v");
  REQUIRE(record.headers.size() == 2);
  CHECK(record.headers[0] == std::pair<std::string, std::optional<std::string>>("a", "1"));
  CHECK(!record.headers[1].second);
}

TEST_CASE("a member that nobody knows is not lost in silence") {
  CHECK(read_json_record(R"({"paylod":"v"})").error().context() ==
        "JSON line: unknown member \"paylod\" (did you mean \"payload\"?)");
  CHECK(!read_json_record(R"({"payload":"v","value":"w"})"));
}

TEST_CASE("bytes that are not UTF-8 do not break the line") {
  RecordFields record;
  record.value = "a\xff";
  std::string line;
  write_json_record(record, line);
  CHECK(line.find("a\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("bad lines say what is wrong") {
  for (const char* line :
       {"{", "[1]", R"({"partition":"x"})", R"({"ts":1.5})", R"({"headers":["odd"]})",
        R"({"headers":[1,"v"]})", R"({"headers":1})"}) {
    CAPTURE(line);
    const auto result = read_json_record(line);
    REQUIRE(!result);
    CHECK(result.error() == ErrorCode::invalid_argument);
  }
}
