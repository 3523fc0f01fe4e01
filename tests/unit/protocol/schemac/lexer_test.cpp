#include "protocol/schemac/lexer.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas::schemac;

namespace {

std::vector<std::string> texts(const Line& line) {
  std::vector<std::string> all;
  for (const Token& token : line.tokens) all.push_back(token.text);
  return all;
}

}  // namespace

TEST_CASE("a line is its indentation, its tokens and its comment") {
  Diagnostics diagnostics;
  const auto lines = lex("f", "  topics  []Topic?(2-7) 1+ = 0x1F tag 3 // why\n", diagnostics);
  REQUIRE(lines.size() == 1);
  CHECK(diagnostics.ok());
  CHECK(lines[0].indent == 2);
  CHECK(texts(lines[0]) == std::vector<std::string>{"topics", "[]", "Topic", "?", "(", "2", "-",
                                                    "7", ")", "1", "+", "=", "0x1F", "tag", "3"});
  CHECK(lines[0].tokens[12].number == 31);
  CHECK(lines[0].tokens[2].where.line == 1);
  CHECK(lines[0].tokens[2].where.column == 13);
  CHECK(lines[0].comment == "why");
}

TEST_CASE("blank lines and comment lines differ") {
  Diagnostics diagnostics;
  const auto lines = lex("f", "\n//\n   \n  // text", diagnostics);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].blank);
  CHECK_FALSE(lines[1].blank);
  CHECK(lines[2].blank);
  CHECK(lines[3].comment == "text");
  CHECK(lines[3].tokens.empty());
}

TEST_CASE("text stands in quotes") {
  Diagnostics diagnostics;
  const auto lines = lex("f", "x = \"\" \"a b\"", diagnostics);
  REQUIRE(lines[0].tokens.size() == 4);
  CHECK(lines[0].tokens[2].kind == Token::Kind::text);
  CHECK(lines[0].tokens[2].text.empty());
  CHECK(lines[0].tokens[3].text == "a b");
}

TEST_CASE("what makes no sense is reported with its place") {
  const auto message = [](std::string_view text) {
    Diagnostics diagnostics;
    lex("f", text, diagnostics);
    REQUIRE(diagnostics.messages().size() == 1);
    return diagnostics.messages()[0];
  };
  CHECK(message("ok\n  a; b") == "f:2:4: error: unexpected character ';'");
  CHECK(message("\tx") == "f:1:1: error: a tab; indent with two spaces a level");
  CHECK(message("x = \"open") == "f:1:5: error: a text without its closing quote");
  CHECK(message("x 99999999999999999999") == "f:1:3: error: not a number that fits 64 bits");
  CHECK(message("x 12ab") == "f:1:3: error: not a number that fits 64 bits");
}
