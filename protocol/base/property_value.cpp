#include "protocol/base/property_value.hpp"

#include <charconv>
#include <limits>

namespace barnabas {
namespace {

Error unexpected(std::string_view text, const std::string& expected) {
  return {ErrorCode::invalid_property,
          "\"" + std::string(text) + "\" is not valid: expected " + expected};
}

std::string describe(IntegerRange range) {
  const bool open_below = range.min == std::numeric_limits<std::int64_t>::min();
  const bool open_above = range.max == std::numeric_limits<std::int64_t>::max();
  if (open_below && open_above) return "a whole number";
  if (open_above) return "a whole number of at least " + std::to_string(range.min);
  if (open_below) return "a whole number of at most " + std::to_string(range.max);
  return "a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max);
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower_case[i])
      return false;
  }
  return true;
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view white = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

Result<std::int64_t> parse_integer(std::string_view text, IntegerRange range) {
  std::string_view digits = trim(text);
  if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = problem == std::errc() && end == digits.data() + digits.size();
  if (!whole || value < range.min || value > range.max) return unexpected(text, describe(range));
  return value;
}

Result<double> parse_real(std::string_view text, double min, double max) {
  const std::string_view digits = trim(text);
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = problem == std::errc() && end == digits.data() + digits.size();
  // Written so that NaN fails.
  if (!whole || !(value >= min && value <= max)) {
    return unexpected(text, "a number from " + print_real(min) + " to " + print_real(max));
  }
  return value;
}

Result<bool> parse_boolean(std::string_view text) {
  const std::string_view word = trim(text);
  for (const std::string_view yes : {"true", "t", "1"}) {
    if (equals_ignoring_case(word, yes)) return true;
  }
  for (const std::string_view no : {"false", "f", "0"}) {
    if (equals_ignoring_case(word, no)) return false;
  }
  return unexpected(text, "true or false");
}

std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> elements;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view element = trim(text.substr(0, comma));
    if (!element.empty()) elements.emplace_back(element);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return elements;
}

std::string print_real(double value) {
  char digits[32];
  const auto [end, problem] = std::to_chars(std::begin(digits), std::end(digits), value);
  return problem == std::errc() ? std::string(digits, end) : std::string("nan");
}

std::string print_list(const std::vector<std::string>& elements) {
  std::string text;
  for (const std::string& element : elements) {
    if (!text.empty()) text += ',';
    text += element;
  }
  return text;
}

}  // namespace barnabas
