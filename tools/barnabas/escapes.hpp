#pragma once

#include <barnabas/result.hpp>

#include <string>
#include <string_view>

namespace barnabas::tools {

/// Replaces \n, \r, \t, \0, \\ and \xHH by the bytes they stand for; other characters stay.
/// Errors: invalid_argument for an unfinished or unknown escape.
Result<std::string> unescape(std::string_view text);

}  // namespace barnabas::tools
