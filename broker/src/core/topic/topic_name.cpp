#include "broker/src/core/topic/topic_name.hpp"

#include <algorithm>

namespace barnabas::broker {

bool topic_names_collide(std::string_view a, std::string_view b) noexcept {
  const auto same = [](char x, char y) { return (x == '.' ? '_' : x) == (y == '.' ? '_' : y); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

bool is_internal_topic(std::string_view name) noexcept {
  return name == offsets_topic || name == "__transaction_state" || name == "__share_group_state";
}

}  // namespace barnabas::broker
