#include "protocol/base/logger.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using barnabas::Logger;
using barnabas::LogLevel;
using barnabas::Now;

namespace {

struct Lines {
  std::vector<std::string> lines;
  Logger logger{[this](LogLevel level, std::string_view line) {
    lines.push_back(std::string(barnabas::name(level)) + ": " + std::string(line));
  }};
};

}  // namespace

TEST_CASE("a line is the message and its fields, quoted where needed") {
  Lines out;
  out.logger.log(Now{}, LogLevel::warning, "connection failed",
                 {{"broker", 2}, {"host", "a b"}, {"text", "say \"x\"\nnext"}, {"none", ""}});
  REQUIRE(out.lines.size() == 1);
  CHECK(out.lines[0] ==
        "warning: connection failed broker=2 host=\"a b\" text=\"say \\\"x\\\" next\" none=\"\"");
}

TEST_CASE("levels below the limit are discarded") {
  Lines out;
  out.logger.log(Now{}, LogLevel::debug, "details");
  CHECK(out.lines.empty());
  CHECK(out.logger.enabled(LogLevel::info));
  CHECK_FALSE(out.logger.enabled(LogLevel::debug));
  CHECK_FALSE(Logger().enabled(LogLevel::error));
}

TEST_CASE("repetition is limited per message and counted") {
  Lines out;
  Now now;
  for (int i = 0; i < 100; ++i) out.logger.log(now, LogLevel::info, "again");
  CHECK(out.lines.size() == 5);
  out.logger.log(now, LogLevel::info, "another");
  CHECK(out.lines.size() == 6);
  now.monotonic += 10s;
  out.logger.log(now, LogLevel::info, "again");
  CHECK(out.lines.back() == "info: again repeated=95");
}
