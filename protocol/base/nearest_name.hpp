#pragma once

#include <span>
#include <string>
#include <string_view>

namespace barnabas {

/// The candidate that `text` was probably meant to be: the one with the fewest single-character
/// edits (insert, delete, replace, swap of neighbours), letter case aside. Empty when none is close
/// enough to be worth suggesting. The first of equally near candidates wins.
std::string_view nearest_name(std::string_view text, std::span<const std::string_view> candidates);

/// " (did you mean \"linger.ms\"?)" for the nearest candidate, or nothing.
std::string did_you_mean(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace barnabas
