#include <barnabas/api_key.hpp>

#include "protocol/messages/api_key_table.hpp"

#include <algorithm>

namespace barnabas {

std::string_view name(ApiKey key) noexcept {
  const auto& table = protocol::api_key_table;
  const auto* const found = std::lower_bound(
      table.begin(), table.end(), key,
      [](const protocol::ApiKeyName& entry, ApiKey wanted) { return entry.key < wanted; });
  return found != table.end() && found->key == key ? found->name : "Unknown";
}

}  // namespace barnabas
