#pragma once

#include "tests/simulation/coverage.hpp"

#include <barnabas/api_key.hpp>
#include <barnabas/bytes.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace barnabas::test {

/// A request frame (without its size) in one line.
std::string request_text(BytesView frame);
/// A response frame likewise.
std::string response_text(BytesView frame, ApiKey api, std::int16_t version);
/// Counts the error codes that a response's text names.
void note_errors(std::string_view text, const std::string& api, Coverage& coverage);

}  // namespace barnabas::test
