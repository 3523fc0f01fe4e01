#pragma once

#include <cstddef>
#include <string_view>

namespace barnabas::broker {

/// Whether the records of `__consumer_offsets` can hold the text: requests of flexible versions can
/// carry longer ones.
constexpr bool fits_record(std::string_view text) noexcept {
  constexpr std::size_t longest = 32767;
  return text.size() <= longest;
}

}  // namespace barnabas::broker
