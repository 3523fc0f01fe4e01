#include "protocol/base/property_file.hpp"

#include "protocol/base/property_value.hpp"

namespace barnabas {
namespace {

// Takes one logical line off `rest`, joining continued ones, and counts the physical lines.
std::string take_line(std::string_view& rest, std::size_t& line_number) {
  std::string line;
  bool continued = true;
  while (continued && !rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view part = trim(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    ++line_number;
    const bool comment = line.empty() && !part.empty() && (part[0] == '#' || part[0] == '!');
    continued = !comment && part.ends_with('\\');
    if (continued) part.remove_suffix(1);
    line += part;
  }
  return line;
}

}  // namespace

Result<Properties> parse_property_file(std::string_view text) {
  Properties properties;
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t first_line = line_number + 1;
    const std::string line = take_line(text, line_number);
    if (line.empty() || line[0] == '#' || line[0] == '!') continue;
    const std::size_t separator = line.find_first_of("=:");
    const std::string_view name = trim(std::string_view(line).substr(0, separator));
    if (separator == std::string::npos || name.empty()) {
      return Error(ErrorCode::invalid_property,
                   "line " + std::to_string(first_line) + ": expected name=value");
    }
    properties.emplace_back(name, trim(std::string_view(line).substr(separator + 1)));
  }
  return properties;
}

}  // namespace barnabas
