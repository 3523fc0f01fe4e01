#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas::client {

/// ISO 8601 durations of days and less, as auto.offset.reset=by_duration has them: "P1DT2H3M4S",
/// "PT0.5S". Nothing when `text` is not one or is longer than a million days.
std::optional<std::chrono::milliseconds> parse_iso_duration(std::string_view text);
std::string print_iso_duration(std::chrono::milliseconds duration);

}  // namespace barnabas::client
