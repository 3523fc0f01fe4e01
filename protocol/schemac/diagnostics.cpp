#include "protocol/schemac/diagnostics.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace barnabas::schemac {

namespace {

/// Levenshtein distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

void Diagnostics::error(const Location& where, std::string_view message,
                        std::string_view suggestion) {
  std::string text(where.file);
  text += ":" + std::to_string(where.line) + ":" + std::to_string(where.column) + ": error: ";
  text += message;
  if (!suggestion.empty()) {
    text += "; ";
    text += suggestion;
  }
  messages_.push_back(std::move(text));
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = word.size() / 2 + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  if (best.empty()) return {};
  return "did you mean \"" + std::string(best) + "\"?";
}

}  // namespace barnabas::schemac
