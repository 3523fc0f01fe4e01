#include "tools/barnabas/escapes.hpp"

#include <charconv>

namespace barnabas::tools {

Result<std::string> unescape(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    const char kind = at + 1 < text.size() ? text[++at] : '\0';
    switch (kind) {
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case '0':
        out += '\0';
        break;
      case '\\':
        out += '\\';
        break;
      case 'x': {
        unsigned value = 0;
        const std::string_view digits = text.substr(at + 1, 2);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() == 2 && error == std::errc() && end == digits.data() + 2) {
          out += static_cast<char>(value);
          at += 2;
          break;
        }
        [[fallthrough]];
      }
      default:
        return Error(
            ErrorCode::invalid_argument,
            "'" + std::string(text) + "': after a backslash n, r, t, 0, \\ or xHH is expected");
    }
  }
  return out;
}

}  // namespace barnabas::tools
