#pragma once

#include <string_view>

namespace barnabas {

/// The library's version, as in CMakeLists.txt.
inline constexpr std::string_view library_version = "0.1.0";

}  // namespace barnabas
