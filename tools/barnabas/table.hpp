#pragma once

#include <string>
#include <vector>

namespace barnabas::tools {

/// Rows of text in aligned columns; the first row is a heading, shown bold on a terminal. Columns
/// that hold only numbers are aligned to the right.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace barnabas::tools
