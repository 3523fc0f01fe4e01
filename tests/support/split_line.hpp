#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// The parts of `line` between tabs.
inline std::vector<std::string_view> split_line(std::string_view line) {
  std::vector<std::string_view> parts;
  for (std::size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
    parts.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  parts.push_back(line);
  return parts;
}

}  // namespace barnabas::test
