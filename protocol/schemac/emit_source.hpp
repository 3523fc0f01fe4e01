#pragma once

#include "protocol/schemac/emit_header.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace barnabas::schemac {

/// <stem>.cpp: measure, encode, decode and print.
std::string emit_source(const std::vector<MessageOfApi>& messages, std::string_view stem);

}  // namespace barnabas::schemac
