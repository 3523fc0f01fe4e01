#pragma once

#include "protocol/schemac/lexer.hpp"
#include "protocol/schemac/model.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::schemac {

/// Walks the tokens of one line. The first mismatch is reported and makes the rest of the line
/// read as nothing.
class Cursor {
 public:
  Cursor(const Line& line, Diagnostics& diagnostics) : line_(line), diagnostics_(diagnostics) {}

  bool ok() const { return ok_; }
  bool at_end() const { return !ok_ || at_ == line_.tokens.size(); }
  const Token* peek() const { return at_end() ? nullptr : &line_.tokens[at_]; }
  /// Where the next token is or would be.
  Location where() const { return at_end() ? line_.end : line_.tokens[at_].where; }
  void error(std::string_view message, std::string_view suggestion = {});

  /// Takes the next token if it is spelled so.
  bool accept(std::string_view spelling);
  /// Takes "" if it comes next.
  bool accept_empty_text();
  void expect(std::string_view spelling);
  /// `what` describes the name in the error.
  std::string name(std::string_view what);
  std::int64_t number(std::string_view what, std::int64_t min, std::int64_t max);
  /// "3+", "0-4" or "2".
  Versions versions();
  bool at_number() const { return peek() != nullptr && peek()->kind == Token::Kind::number; }
  /// Complains about anything that is left on the line.
  void finish(const std::vector<std::string_view>& allowed = {});

 private:
  const Line& line_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace barnabas::schemac
