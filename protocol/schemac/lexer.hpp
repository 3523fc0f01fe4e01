#pragma once

#include "protocol/schemac/diagnostics.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::schemac {

struct Token {
  enum class Kind { name, number, text, symbol };
  Kind kind = Kind::symbol;
  std::string text;         // As written; without the quotes for Kind::text.
  std::int64_t number = 0;  // For Kind::number.
  Location where;

  bool is(std::string_view spelling) const { return kind != Kind::text && text == spelling; }
};

/// One line of a schema. The language has no constructs that span lines.
struct Line {
  int indent = 0;
  std::vector<Token> tokens;  // Empty on a blank or comment-only line.
  std::string comment;        // What follows "//", trimmed.
  bool blank = false;
  Location end;  // Just behind the last token, for "something is missing here".
};

/// Splits `text` into lines of tokens. `file` is used in locations and must outlive the result.
/// Symbols are [] ? = + - ( ) and nothing else.
std::vector<Line> lex(std::string_view file, std::string_view text, Diagnostics& diagnostics);

}  // namespace barnabas::schemac
