#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::differential {

/// A message as a tree of named values.
struct Value {
  enum class Kind { text, structure, array };

  // Defined where the type is complete, which its own list of fields needs.
  Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  Kind kind = Kind::text;
  std::string text;  ///< Of a leaf, as it is printed.
  std::vector<std::pair<std::string, Value>> fields;
  std::vector<Value> elements;

  /// The field of that name, or nullptr.
  const Value* find(std::string_view name) const;
  /// On one line.
  std::string to_string() const;
};

/// Reads the text form that the generated messages print: Name{field=value, list=[{...}, {...}]}.
/// Throws std::runtime_error where it is not one.
Value parse_message_text(std::string_view text);

/// A leaf.
Value leaf(std::string text);

}  // namespace barnabas::differential
