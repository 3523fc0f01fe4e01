#pragma once

#include "protocol/schemac/model.hpp"

#include <string_view>

namespace barnabas::schemac {

/// Parses the text of one schema file and adds what it declares to `schema`. Types stay names until
/// `check` resolves them. `file` is used in locations and must outlive `schema`.
void parse(std::string_view file, std::string_view text, Schema& schema, Diagnostics& diagnostics);

}  // namespace barnabas::schemac
