#include "tests/interop/differential/value_tree.hpp"

#include <stdexcept>

namespace barnabas::differential {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Value message() {
    at_ = text_.find('{');
    if (at_ == std::string_view::npos) fail();
    Value root = value();
    if (at_ != text_.size()) fail();
    return root;
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error("not a printed message near " + std::to_string(at_) + ": " +
                             std::string(text_));
  }
  char peek() const {
    if (at_ >= text_.size()) fail();
    return text_[at_];
  }
  bool take(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  Value value() {
    switch (peek()) {
      case '{':
        return structure();
      case '[':
        return array();
      case '"':
        return leaf(quoted());
      default:
        return leaf(bare());
    }
  }

  Value structure() {
    Value result;
    result.kind = Value::Kind::structure;
    take("{");
    while (!take("}")) {
      take(", ");
      const std::size_t end = text_.find('=', at_);
      if (end == std::string_view::npos) fail();
      std::string name(text_.substr(at_, end - at_));
      at_ = end + 1;
      result.fields.emplace_back(std::move(name), value());
    }
    return result;
  }

  Value array() {
    Value result;
    result.kind = Value::Kind::array;
    take("[");
    while (!take("]")) {
      take(", ");
      result.elements.push_back(value());
    }
    return result;
  }

  std::string quoted() {
    const std::size_t begin = at_++;
    while (peek() != '"') at_ += peek() == '\\' ? 2U : 1U;
    ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string bare() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}' && text_[at_] != ']') ++at_;
    if (at_ == begin) fail();
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Value::Value() = default;
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

const Value* Value::find(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (field == name) return &value;
  }
  return nullptr;
}

std::string Value::to_string() const {
  if (kind == Kind::text) return text;
  std::string out(1, kind == Kind::structure ? '{' : '[');
  const char* separator = "";
  for (const auto& [name, value] : fields) {
    out += separator + name + "=" + value.to_string();
    separator = ", ";
  }
  for (const Value& value : elements) {
    out += separator + value.to_string();
    separator = ", ";
  }
  return out + (kind == Kind::structure ? '}' : ']');
}

Value leaf(std::string text) {
  Value value;
  value.text = std::move(text);
  return value;
}

Value parse_message_text(std::string_view text) { return Parser(text).message(); }

}  // namespace barnabas::differential
