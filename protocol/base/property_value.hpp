#pragma once

#include <barnabas/result.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

// The text forms of configuration values, as Kafka and librdkafka write them. White space around a
// value is ignored. Errors: invalid_property, saying what is expected and what was given; the
// caller adds the property's name.

namespace barnabas {

/// Inclusive bounds of a whole number.
struct IntegerRange {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

Result<std::int64_t> parse_integer(std::string_view text, IntegerRange range);
/// Decimal or scientific notation; bounds are inclusive.
Result<double> parse_real(std::string_view text, double min, double max);
/// "true", "t", "1", "false", "f" and "0" in any letter case.
Result<bool> parse_boolean(std::string_view text);
/// Elements between commas, trimmed; empty elements are skipped.
std::vector<std::string> parse_list(std::string_view text);

std::string print_real(double value);
std::string print_list(const std::vector<std::string>& elements);

/// `text` without white space at its ends.
std::string_view trim(std::string_view text) noexcept;

}  // namespace barnabas
