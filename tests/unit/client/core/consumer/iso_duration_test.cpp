#include "client/src/core/consumer/iso_duration.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string_view>
#include <utility>

using namespace barnabas::client;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST_CASE("iso duration: days, hours, minutes and seconds") {
  const std::pair<std::string_view, milliseconds> good[] = {
      {"PT1H", 1h},
      {"P1D", 24h},
      {"P1DT2H3M4S", 26h + 3min + 4s},
      {"PT0.5S", 500ms},
      {"PT90M", 90min},
      {"PT1H30M", 90min},
      {"PT0S", 0ms},
      {"P2DT0.001S", 48h + 1ms},
  };
  for (const auto& each : good) {
    const auto& text = each.first;
    const auto& duration = each.second;
    CAPTURE(text);
    CHECK(parse_iso_duration(text) == duration);
  }
  for (const std::string_view bad : {"", "P", "PT", "1H", "PT1", "PTH", "P1H", "PT1D", "PT1M1H",
                                     "P1DT", "PT-1H", "pt1h", "PT1Hx", "P99999999D", "PT1..5S"}) {
    CAPTURE(bad);
    CHECK(!parse_iso_duration(bad));
  }
}

TEST_CASE("iso duration: what is printed is read back") {
  for (const milliseconds duration : {0ms, 1ms, 999ms, 1000ms, 61'001ms, 86'400'000ms}) {
    CAPTURE(duration.count());
    CHECK(parse_iso_duration(print_iso_duration(duration)) == duration);
  }
}
