#pragma once

#include <barnabas/client_config.hpp>
#include <barnabas/result.hpp>

#include <string>

namespace barnabas::client {

/// The names and values in a file of Java's properties format, in their order.
/// Errors: io_error (no such file, not readable), invalid_property naming file and line.
Result<Properties> read_property_file(const std::string& path);

}  // namespace barnabas::client
