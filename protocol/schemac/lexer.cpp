#include "protocol/schemac/lexer.hpp"

#include <charconv>
#include <cstddef>

namespace barnabas::schemac {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

class LineLexer {
 public:
  LineLexer(std::string_view file, int number, std::string_view text, Diagnostics& diagnostics)
      : text_(text), diagnostics_(diagnostics) {
    where_.file = file;
    where_.line = number;
  }

  Line run() {
    Line line;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    line.indent = static_cast<int>(at_);
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\r') {
        ++at_;
      } else if (text_.substr(at_, 2) == "//") {
        line.comment = trim(text_.substr(at_ + 2));
        has_comment_ = true;
        break;
      } else if (!token(line)) {
        break;
      }
    }
    line.blank = line.tokens.empty() && !has_comment_;
    line.end = here();
    if (!line.tokens.empty()) {
      const Token& last = line.tokens.back();
      line.end.column = last.where.column + static_cast<int>(last.text.size());
    }
    return line;
  }

 private:
  Location here() const {
    Location where = where_;
    where.column = static_cast<int>(at_) + 1;
    return where;
  }

  /// False when the rest of the line makes no sense.
  bool token(Line& line) {
    Token token;
    token.where = here();
    const std::size_t start = at_;
    const char c = text_[at_];
    if (is_letter(c)) {
      while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
      token.kind = Token::Kind::name;
    } else if (is_digit(c)) {
      token.kind = Token::Kind::number;
      if (!number(token)) return false;
    } else if (c == '"') {
      const std::size_t quote = text_.find('"', at_ + 1);
      if (quote == std::string_view::npos) {
        diagnostics_.error(here(), "a text without its closing quote");
        return false;
      }
      token.kind = Token::Kind::text;
      token.text = text_.substr(at_ + 1, quote - at_ - 1);
      at_ = quote + 1;
      line.tokens.push_back(std::move(token));
      return true;
    } else if (text_.substr(at_, 2) == "[]" || text_.substr(at_, 2) == "{}") {
      at_ += 2;
    } else if (std::string_view("?=+-()").find(c) != std::string_view::npos) {
      ++at_;
    } else {
      const bool tab = c == '\t';
      diagnostics_.error(here(), tab ? "a tab" : "unexpected character '" + std::string(1, c) + "'",
                         tab ? "indent with two spaces a level" : "");
      return false;
    }
    token.text = text_.substr(start, at_ - start);
    line.tokens.push_back(std::move(token));
    return true;
  }

  bool number(Token& token) {
    const bool hexadecimal = text_.substr(at_, 2) == "0x";
    const char* first = text_.data() + at_ + (hexadecimal ? 2 : 0);
    const char* last = text_.data() + text_.size();
    const auto [end, error] = std::from_chars(first, last, token.number, hexadecimal ? 16 : 10);
    if (error != std::errc() || (end != last && is_letter(*end))) {
      diagnostics_.error(here(), "not a number that fits 64 bits");
      return false;
    }
    at_ = static_cast<std::size_t>(end - text_.data());
    return true;
  }

  std::string_view text_;
  Diagnostics& diagnostics_;
  Location where_;
  std::size_t at_ = 0;
  bool has_comment_ = false;
};

}  // namespace

std::vector<Line> lex(std::string_view file, std::string_view text, Diagnostics& diagnostics) {
  std::vector<Line> lines;
  int number = 0;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    lines.push_back(LineLexer(file, ++number, text.substr(0, newline), diagnostics).run());
    if (newline == std::string_view::npos) break;
    text.remove_prefix(newline + 1);
  }
  return lines;
}

}  // namespace barnabas::schemac
