#include "protocol/schemac/diagnostics.hpp"

#include "protocol/base/nearest_name.hpp"

#include <utility>

namespace barnabas::schemac {

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

std::string suggest(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view nearest = nearest_name(word, candidates);
  if (nearest.empty()) return {};
  return "did you mean \"" + std::string(nearest) + "\"?";
}

}  // namespace barnabas::schemac
