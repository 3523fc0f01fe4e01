#pragma once

#include <string>
#include <utility>
#include <vector>

namespace barnabas {

/// Configuration as names and values, in order; a later entry overrides an earlier one.
using Properties = std::vector<std::pair<std::string, std::string>>;

}  // namespace barnabas
