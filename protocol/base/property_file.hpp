#pragma once

#include <barnabas/result.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas {

/// Name and value pairs in the order in which they stand in the text.
using PropertyList = std::vector<std::pair<std::string, std::string>>;

/// Reads the text of a property file as Java and librdkafka write it: one `name=value` or
/// `name: value` a line, comments from `#` or `!` at the start of a line, a backslash at the end
/// of a line continues it.
/// Errors: invalid_property, naming the line.
Result<PropertyList> parse_property_file(std::string_view text);

}  // namespace barnabas
