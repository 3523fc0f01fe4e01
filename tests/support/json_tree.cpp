#include "tests/support/json_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace barnabas::test {

namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  bool value(JsonTree& out) {
    skip_spaces();
    if (rest_.empty()) return false;
    switch (rest_.front()) {
      case '{':
        return object(out);
      case '[':
        return array(out);
      case '"':
        out.kind = JsonTree::Kind::text;
        return text(out.scalar);
      default:
        return word(out);
    }
  }

  bool at_end() {
    skip_spaces();
    return rest_.empty();
  }

 private:
  void skip_spaces() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \r\n"), rest_.size()));
  }

  bool take(char c) {
    skip_spaces();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool object(JsonTree& out) {
    out.kind = JsonTree::Kind::object;
    take('{');
    if (take('}')) return true;
    do {
      if (!text(out.names.emplace_back()) || !take(':')) return false;
      if (!value(out.elements.emplace_back())) return false;
    } while (take(','));
    return take('}');
  }

  bool array(JsonTree& out) {
    out.kind = JsonTree::Kind::array;
    take('[');
    if (take(']')) return true;
    do {
      if (!value(out.elements.emplace_back())) return false;
    } while (take(','));
    return take(']');
  }

  bool text(std::string& out) {
    if (!take('"')) return false;
    while (!rest_.empty() && rest_.front() != '"') {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\\' && !escape(c)) return false;
      out += c;
    }
    return take('"');
  }

  // Control characters are the only ones that come as \u.
  bool escape(char& out) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == 'u') {
      if (rest_.size() < 4) return false;
      out = static_cast<char>(std::strtol(std::string(rest_.substr(0, 4)).c_str(), nullptr, 16));
      rest_.remove_prefix(4);
      return true;
    }
    constexpr std::string_view letters = "nrtbf";
    constexpr std::string_view meanings = "\n\r\t\b\f";
    const std::size_t at = letters.find(c);
    out = at == std::string_view::npos ? c : meanings[at];
    return true;
  }

  bool word(JsonTree& out) {
    const std::size_t size = std::min(rest_.find_first_of(",]} \r\n"), rest_.size());
    out.scalar = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (out.scalar == "null") {
      out.kind = JsonTree::Kind::null;
    } else if (out.scalar == "true" || out.scalar == "false") {
      out.kind = JsonTree::Kind::boolean;
    } else {
      out.kind = JsonTree::Kind::number;
    }
    return size != 0;
  }

  std::string_view rest_;
};

bool same_scalar(const JsonTree& a, const JsonTree& b) {
  if (a.scalar == b.scalar) return true;
  const auto is_float = [](const JsonTree& tree) {
    return tree.kind == JsonTree::Kind::number &&
           tree.scalar.find_first_of(".eE") != std::string::npos;
  };
  if (!is_float(a) && !is_float(b)) return false;
  return !(std::strtod(a.scalar.c_str(), nullptr) < std::strtod(b.scalar.c_str(), nullptr)) &&
         !(std::strtod(b.scalar.c_str(), nullptr) < std::strtod(a.scalar.c_str(), nullptr));
}

}  // namespace

std::optional<JsonTree> JsonTree::parse(std::string_view text) {
  JsonTree tree;
  Parser parser(text);
  if (!parser.value(tree) || !parser.at_end()) return std::nullopt;
  return tree;
}

std::string json_difference(const JsonTree& part, const JsonTree& whole, const std::string& path) {
  if (part.kind != whole.kind) return path + ": another kind of value";
  const bool is_array = part.kind == JsonTree::Kind::array;
  if (is_array && part.elements.size() != whole.elements.size()) {
    return path + ": another number of elements";
  }
  for (std::size_t i = 0; i < part.elements.size(); ++i) {
    std::size_t other = i;
    std::string at = path + "[" + std::to_string(i) + "]";
    if (!is_array) {
      const auto found = std::find(whole.names.begin(), whole.names.end(), part.names[i]);
      at = path + "." + part.names[i];
      if (found == whole.names.end()) return at + ": missing";
      other = static_cast<std::size_t>(found - whole.names.begin());
    }
    std::string difference = json_difference(part.elements[i], whole.elements[other], at);
    if (!difference.empty()) return difference;
  }
  if (!same_scalar(part, whole)) return path + ": " + part.scalar + " against " + whole.scalar;
  return {};
}

}  // namespace barnabas::test
