#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// A JSON value, as far as comparing messages needs one.
struct JsonTree {
  enum class Kind { null, boolean, number, text, array, object };

  /// Nothing when `text` is not one JSON value.
  static std::optional<JsonTree> parse(std::string_view text);

  Kind kind = Kind::null;
  std::string scalar;              // Of a boolean or number as written, of a text its content.
  std::vector<JsonTree> elements;  // Of an array or object.
  std::vector<std::string> names;  // Of an object's elements.
};

/// Where `part` differs from `whole`, which may have more members in its objects; empty: nowhere.
/// Numbers with a fraction or exponent are equal when their values are.
std::string json_difference(const JsonTree& part, const JsonTree& whole, const std::string& path);

}  // namespace barnabas::test
