#include "tests/interop/differential/report.hpp"

#include <map>
#include <ostream>
#include <set>
#include <string>

namespace barnabas::differential {
namespace {

// The path without what names elements, so that alike differences come together.
std::string without_keys(const std::string& path) {
  std::string out;
  int depth = 0;
  for (const char c : path) {
    if (c == ']' && --depth == 0) out += '*';
    if (depth == 0) out += c;
    if (c == '[') ++depth;
  }
  return out;
}

struct Kind {
  std::set<std::int16_t> versions;
  std::set<std::string> steps;
  const Difference* example = nullptr;
  std::size_t count = 0;
};

}  // namespace

std::size_t report_differences(std::ostream& out, const std::vector<Difference>& differences,
                               Allowances& allowances) {
  constexpr std::size_t most_steps = 12;
  std::map<std::string, Kind> kinds;
  for (const Difference& difference : differences) {
    if (allowances.allows(difference)) continue;
    Kind& kind = kinds[difference.step.api + " " + without_keys(difference.field) + "  " +
                       difference.values[Side::apache] + " -> " + difference.values[Side::ours]];
    kind.versions.insert(difference.step.version);
    kind.steps.insert(difference.step.scenario + ": " + difference.step.name);
    kind.example = &difference;
    ++kind.count;
  }
  for (const auto& [text, kind] : kinds) {
    out << text << "\n    " << kind.count << " times, versions";
    for (const std::int16_t version : kind.versions) out << ' ' << version;
    out << ", such as " << kind.example->field << '\n';
    std::size_t shown = 0;
    for (const std::string& step : kind.steps) {
      if (++shown > most_steps) break;
      out << "    in " << step << '\n';
    }
  }
  return kinds.size();
}

std::size_t report_unused(std::ostream& out, const Allowances& allowances) {
  std::size_t unused = 0;
  for (const Allowance& allowance : allowances.all()) {
    if (allowance.matches > 0) continue;
    ++unused;
    out << "line " << allowance.line << " of the allowances matches nothing: " << allowance.text
        << '\n';
  }
  return unused;
}

}  // namespace barnabas::differential
