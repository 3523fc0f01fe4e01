#include "tests/chaos/record_body.hpp"

#include <charconv>

namespace barnabas::chaos {

namespace {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
  }
  return hash;
}

template <class Integer>
bool take_number(std::string_view& text, Integer& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

}  // namespace

std::string make_body(const RecordName& name, std::size_t size) {
  std::string body = std::to_string(name.producer) + ' ' + std::to_string(name.partition) + ' ' +
                     std::to_string(name.number) + ' ' + std::to_string(size) + ' ';
  const std::string pattern = std::to_string(hash_of(body)) + ' ';
  body += pattern;
  while (body.size() + pattern.size() < size) body += pattern;
  if (body.size() < size) body.append(size - body.size(), '.');
  return body;
}

std::optional<RecordName> parse_body(std::string_view body) {
  RecordName name;
  std::size_t size = 0;
  std::string_view rest = body;
  const bool numbers = take_number(rest, name.producer) && take_number(rest, name.partition) &&
                       take_number(rest, name.number) && take_number(rest, size);
  if (!numbers || size > body.size() + 64 || make_body(name, size) != body) return std::nullopt;
  return name;
}

}  // namespace barnabas::chaos
