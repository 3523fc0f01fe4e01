#include "tools/barnabas/table.hpp"

#include "tools/barnabas/terminal.hpp"

#include <algorithm>

namespace barnabas::tools {
namespace {

bool is_number(const std::string& text) {
  return text.empty() || text == "-" ||
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return {};
  std::vector<std::size_t> widths(rows.front().size(), 0);
  std::vector<bool> numeric(rows.front().size(), rows.size() > 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t column = 0; column < widths.size(); ++column) {
      widths[column] = std::max(widths[column], rows[i][column].size());
      if (i > 0 && !is_number(rows[i][column])) numeric[column] = false;
    }
  }
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string line;
    for (std::size_t column = 0; column < widths.size(); ++column) {
      const std::string padding(widths[column] - rows[i][column].size(), ' ');
      if (column > 0) line += "  ";
      line += numeric[column] ? padding + rows[i][column] : rows[i][column] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += (i == 0 ? bold(line) : line) + "\n";
  }
  return out;
}

}  // namespace barnabas::tools
