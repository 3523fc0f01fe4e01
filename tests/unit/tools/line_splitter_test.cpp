#include "tools/barnabas/line_splitter.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace barnabas;
using namespace barnabas::tools;

namespace {
std::vector<std::string> split(std::string_view input, const std::string& delimiter,
                               std::size_t chunk) {
  LineSplitter splitter(delimiter, 1000);
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < input.size(); at += chunk) {
    splitter.feed(input.substr(at, chunk));
    while (auto piece = splitter.next().value()) pieces.emplace_back(*piece);
  }
  if (auto rest = splitter.rest()) pieces.emplace_back(*rest);
  return pieces;
}
}  // namespace

TEST_CASE("pieces do not depend on how the bytes arrive") {
  for (std::size_t chunk = 1; chunk < 12; ++chunk) {
    CHECK(split("a\n\nbc\nd", "\n", chunk) == std::vector<std::string>{"a", "", "bc", "d"});
    CHECK(split("a--b-c---d--", "--", chunk) == std::vector<std::string>{"a", "b-c", "-d"});
  }
}

TEST_CASE("a piece without end is refused instead of kept") {
  LineSplitter splitter("\n", 10);
  splitter.feed("12345678901");
  CHECK(splitter.next().error() == ErrorCode::message_too_large);
}
