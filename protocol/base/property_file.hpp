#pragma once

#include <barnabas/properties.hpp>
#include <barnabas/result.hpp>

#include <string_view>

namespace barnabas {

/// Reads the text of a property file as Java and librdkafka write it: one `name=value` or
/// `name: value` a line, comments from `#` or `!` at the start of a line, a backslash at the end
/// of a line continues it.
/// Errors: invalid_property, naming the line.
Result<Properties> parse_property_file(std::string_view text);

}  // namespace barnabas
