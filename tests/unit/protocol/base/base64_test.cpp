#include "protocol/base/base64.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using barnabas::from_base64;
using barnabas::to_base64;

TEST_CASE("base64: the vectors of RFC 4648, both ways") {
  const std::vector<std::pair<std::string_view, std::string_view>> vectors = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"}};
  for (const auto& vector : vectors) {
    const auto [bytes, text] = vector;
    CAPTURE(vector.second);
    CHECK(to_base64(bytes) == text);
    const auto read = from_base64(text);
    REQUIRE(read);
    CHECK(to_base64(*read) == text);
    CHECK(read->size() == bytes.size());
  }
}

TEST_CASE("base64: every byte survives") {
  std::vector<std::byte> bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::byte>(i * 7));
  for (int i = 0; i < 4; ++i) {
    CHECK(from_base64(to_base64(bytes)) == bytes);
    bytes.pop_back();
  }
}

TEST_CASE("base64: what nobody writes is refused") {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Z===", "====",
                                      "Zm 9", "Zm9v\n", "Zm-_", "=Zg=",
                                      "Zm\xff"
                                      "8"}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
  }
}
