#include "protocol/base/topic_name.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace barnabas {
namespace {

constexpr std::size_t longest_name = 249;

bool is_legal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

Error invalid(std::string reason) {
  return {ErrorCode::invalid_topic_exception, std::move(reason)};
}

}  // namespace

Result<void> validate_topic_name(std::string_view name) {
  if (name.empty()) return invalid("the topic name is empty");
  if (name == "." || name == "..") return invalid("a topic cannot be called \".\" or \"..\"");
  if (name.size() > longest_name) {
    return invalid("the topic name has " + std::to_string(name.size()) +
                   " characters; at most 249 are allowed");
  }
  if (!std::all_of(name.begin(), name.end(), is_legal)) {
    return invalid("the topic name \"" + std::string(name) +
                   "\" has characters other than a-z, A-Z, 0-9, '.', '_' and '-'");
  }
  return {};
}

}  // namespace barnabas
