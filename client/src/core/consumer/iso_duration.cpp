#include "client/src/core/consumer/iso_duration.hpp"

#include "protocol/base/property_value.hpp"

#include <array>

namespace barnabas::client {

namespace {

constexpr double longest = 1'000'000.0 * 86'400'000;

struct Unit {
  char letter;
  double milliseconds;
};
constexpr std::array date_units{Unit{'D', 86'400'000}};
constexpr std::array time_units{Unit{'H', 3'600'000}, Unit{'M', 60'000}, Unit{'S', 1'000}};

// Takes "<number><letter>" for each of `units`, in their order, off the front. False when something
// else stands there.
template <class Units>
bool take(std::string_view& text, const Units& units, double& total) {
  for (const Unit& unit : units) {
    const std::size_t end = text.find_first_not_of("0123456789.");
    if (end == std::string_view::npos || end == 0 || text[end] != unit.letter) continue;
    const Result<double> number = parse_real(text.substr(0, end), 0, longest);
    if (!number) return false;
    total += *number * unit.milliseconds;
    text.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_iso_duration(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  double total = 0;
  if (!take(text, date_units, total)) return std::nullopt;
  if (!text.empty()) {
    if (text.front() != 'T' || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
    if (!take(text, time_units, total)) return std::nullopt;
  }
  if (!text.empty() || total > longest) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

std::string print_iso_duration(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  std::string text = "PT" + std::to_string(count / 1000);
  if (count % 1000 != 0) {
    const std::string fraction = std::to_string(1000 + count % 1000);
    text += "." + fraction.substr(1);
  }
  return text + "S";
}

}  // namespace barnabas::client
