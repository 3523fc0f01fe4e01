#pragma once

#include <barnabas/properties.hpp>
#include <barnabas/result.hpp>

#include <string>
#include <utility>

// Names and values as arguments and files give them.

namespace barnabas::tools {

/// NAME=VALUE, as given to `option`. Errors: invalid_argument when there is no '='.
Result<std::pair<std::string, std::string>> parse_setting(const std::string& option,
                                                          const std::string& text);
/// A file in Java's properties format. Errors: io_error, invalid_property; both name the file.
Result<Properties> read_properties(const std::string& path);

}  // namespace barnabas::tools
