#include <barnabas/error_code.hpp>

#include "protocol/base/error_entry.hpp"
#include "protocol/messages/error_table.hpp"

#include <algorithm>

namespace barnabas {

namespace protocol {

const ErrorEntry* find_error(ErrorCode code) noexcept {
  const auto number = static_cast<int>(code);
  const auto* const found =
      std::lower_bound(error_table.begin(), error_table.end(), number,
                       [](const ErrorEntry& entry, int wanted) { return entry.number < wanted; });
  return found != error_table.end() && found->number == number ? found : nullptr;
}

}  // namespace protocol

std::string_view name(ErrorCode code) noexcept {
  const protocol::ErrorEntry* entry = protocol::find_error(code);
  return entry != nullptr ? entry->name : "UNKNOWN";
}

}  // namespace barnabas
