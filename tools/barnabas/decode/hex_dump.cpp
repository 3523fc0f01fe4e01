#include "tools/barnabas/decode/hex_dump.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

namespace barnabas::tools {

namespace {

bool is_hex(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(),
                                      [](unsigned char c) { return std::isxdigit(c) != 0; });
}

int digit(char c) {
  return c <= '9' ? c - '0' : std::tolower(static_cast<unsigned char>(c)) - 'a' + 10;
}

struct Word {
  std::string_view text;
  std::size_t spaces_before = 0;
  bool colon_behind = false;
};

std::vector<Word> split(std::string_view line) {
  std::vector<Word> words;
  std::size_t spaces = 0;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t' || line[at] == ',' || line[at] == ':') {
      if (line[at] == ':' && !words.empty() && spaces == 0) words.back().colon_behind = true;
      ++spaces;
      ++at;
      continue;
    }
    const std::size_t end = std::min(line.find_first_of(" \t,:", at), line.size());
    words.push_back({line.substr(at, end - at), spaces, false});
    spaces = 0;
    at = end;
  }
  return words;
}

std::string_view without_prefix(std::string_view digits) {
  return digits.starts_with("0x") || digits.starts_with("0X") ? digits.substr(2) : digits;
}

/// Whether the line's first word is an offset: it has a colon behind and more follows after a
/// space, or it is longer than the words behind, which have two or four digits.
bool starts_with_offset(const std::vector<Word>& words) {
  if (words.size() < 2 || !is_hex(without_prefix(words[0].text))) return false;
  if (words[0].colon_behind) return words[1].spaces_before > 1;
  const std::size_t next = words[1].text.size();
  return words[0].text.size() > next && words[0].text.size() >= 4 && (next == 2 || next == 4) &&
         is_hex(words[1].text);
}

/// Appends the line's bytes; false when something on it is not a number.
bool parse_line(std::string_view line, std::string& out) {
  // hexdump -C puts its text between bars, od between > and <.
  for (const std::string_view begin : {"  |", "  >"}) line = line.substr(0, line.find(begin));
  std::vector<Word> words = split(line);
  const bool dump = starts_with_offset(words);
  if (dump) words.erase(words.begin());
  std::string bytes;
  for (const Word& word : words) {
    const std::string_view digits = without_prefix(word.text);
    // Two spaces, not in the middle of the bytes, begin the text of xxd and Wireshark.
    if (dump && word.spaces_before > 1 && !bytes.empty() && (!is_hex(digits) || bytes.size() == 16))
      break;
    if (!is_hex(digits) || digits.size() % 2 != 0) return false;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      bytes += static_cast<char>(digit(digits[i]) * 16 + digit(digits[i + 1]));
    }
  }
  out += bytes;
  return true;
}

/// hexdump and od end with the offset alone.
bool is_final_offset(std::string_view line, const std::string& so_far) {
  return is_hex(line) && line.size() >= 7 && !so_far.empty() &&
         std::strtoull(std::string(line).c_str(), nullptr, 16) == so_far.size();
}

}  // namespace

bool looks_like_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c == '\n' || c == '\r' || c == '\t' || (c >= ' ' && c < 0x7F);
  });
}

Result<std::string> parse_hex_dump(std::string_view text) {
  std::string bytes;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) {
      line.remove_suffix(1);
    }
    if (is_final_offset(line, bytes)) continue;
    if (!parse_line(line, bytes)) {
      return Error(ErrorCode::invalid_argument,
                   "line " + std::to_string(number) +
                       " is not hexadecimal: " + std::string(line.substr(0, 60)));
    }
  }
  return bytes;
}

}  // namespace barnabas::tools
