#include "tools/barnabas/output_format.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::tools;

namespace {
std::string formatted(std::string_view format, const RecordFields& record) {
  std::string out;
  OutputFormat::parse(format).value().write(record, "NULL", out);
  return out;
}
}  // namespace

TEST_CASE("each letter stands for its part of the record") {
  RecordFields record;
  record.topic = "orders";
  record.partition = 3;
  record.offset = 42;
  record.timestamp = 1700000000000;
  record.key = "k1";
  record.value = "hello";
  record.headers = {{"a", "1"}, {"b", std::nullopt}};
  CHECK(formatted("%t[%p]@%o %T %k(%K)=%s(%S) %h%%\\n", record) ==
        "orders[3]@42 1700000000000 k1(2)=hello(5) a=1,b=NULL%\n");
}

TEST_CASE("null and empty are told apart") {
  RecordFields record;
  record.value = "";
  CHECK(formatted("%k:%K:%s:%S", record) == "NULL:-1::0");
}

TEST_CASE("unknown letters and escapes are refused") {
  CHECK(OutputFormat::parse("%x").error() == ErrorCode::invalid_argument);
  CHECK(OutputFormat::parse("50%").error() == ErrorCode::invalid_argument);
  CHECK(OutputFormat::parse("\\q").error() == ErrorCode::invalid_argument);
  CHECK(OutputFormat::parse("\\x4").error() == ErrorCode::invalid_argument);
  CHECK(formatted("\\x41\\t\\\\", {}) == "A\t\\");
}
