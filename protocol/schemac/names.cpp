#include "protocol/schemac/names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace barnabas::schemac {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Both sorted.
constexpr std::array keywords = std::to_array<std::string_view>(
    {"alignas",   "alignof",       "and",          "asm",       "auto",
     "bool",      "break",         "case",         "catch",     "char",
     "class",     "co_await",      "co_return",    "co_yield",  "compl",
     "concept",   "const",         "const_cast",   "consteval", "constexpr",
     "constinit", "continue",      "decltype",     "default",   "delete",
     "do",        "double",        "dynamic_cast", "else",      "enum",
     "explicit",  "export",        "extern",       "false",     "float",
     "for",       "friend",        "goto",         "if",        "inline",
     "int",       "long",          "mutable",      "namespace", "new",
     "noexcept",  "not",           "nullptr",      "operator",  "or",
     "private",   "protected",     "public",       "register",  "reinterpret_cast",
     "requires",  "return",        "short",        "signed",    "sizeof",
     "static",    "static_assert", "static_cast",  "struct",    "switch",
     "template",  "this",          "thread_local", "throw",     "true",
     "try",       "typedef",       "typeid",       "typename",  "union",
     "unsigned",  "using",         "virtual",      "void",      "volatile",
     "wchar_t",   "while",         "xor"});
constexpr std::array message_members = std::to_array<std::string_view>(
    {"Response", "api_key", "decode", "encode", "encoded_size", "first_flexible", "measure",
     "message_name", "print", "versions"});

}  // namespace

std::string snake_case(std::string_view name) {
  std::string snake;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool starts_word =
        is_upper(c) && i > 0 &&
        (is_lower(name[i - 1]) || is_digit(name[i - 1]) ||
         (is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1])));
    if (starts_word) snake += '_';
    snake += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

std::string upper_case(std::string_view name) {
  std::string upper = snake_case(name);
  for (char& c : upper) c = is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

bool is_upper_case(std::string_view name) {
  return std::none_of(name.begin(), name.end(), is_lower);
}

bool is_snake_case(std::string_view name) {
  return !name.empty() && is_lower(name.front()) &&
         std::none_of(name.begin(), name.end(), is_upper);
}

bool is_pascal_case(std::string_view name) {
  return !name.empty() && is_upper(name.front()) && name.find('_') == std::string_view::npos;
}

bool is_keyword(std::string_view name) {
  return std::binary_search(keywords.begin(), keywords.end(), name);
}

bool is_message_member(std::string_view name) {
  return std::binary_search(message_members.begin(), message_members.end(), name);
}

}  // namespace barnabas::schemac
