#pragma once

#include <cstdint>
#include <string_view>

namespace barnabas::broker {

/// Who sent a group request, and in which version.
struct GroupRequestContext {
  std::int16_t version = 0;
  std::string_view client_id;
  std::string_view client_host;  ///< As in "/127.0.0.1".
};

}  // namespace barnabas::broker
