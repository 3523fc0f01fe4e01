#include "tools/barnabas/output_format.hpp"

#include "tools/barnabas/escapes.hpp"

namespace barnabas::tools {
namespace {

std::string length_of(const std::optional<std::string_view>& bytes) {
  return bytes ? std::to_string(bytes->size()) : "-1";
}

}  // namespace

Result<OutputFormat> OutputFormat::parse(std::string_view text) {
  Result<std::string> plain = unescape(text);
  if (!plain) return plain.error();
  OutputFormat format;
  std::string literal;
  for (std::size_t at = 0; at < plain->size(); ++at) {
    const char c = (*plain)[at];
    if (c != '%') {
      literal += c;
      continue;
    }
    const char letter = at + 1 < plain->size() ? (*plain)[++at] : '\0';
    if (letter == '%') {
      literal += '%';
    } else if (letter != '\0' &&
               std::string_view("sSkKtpoTh").find(letter) != std::string_view::npos) {
      if (!literal.empty()) format.pieces_.push_back({'\0', std::exchange(literal, {})});
      format.pieces_.push_back({letter, {}});
    } else {
      return Error(
          ErrorCode::invalid_argument,
          "format '" + std::string(text) + "': after % one of s S k K t p o T h % is expected");
    }
  }
  if (!literal.empty()) format.pieces_.push_back({'\0', std::move(literal)});
  return format;
}

void write_headers(const RecordFields& record, std::string_view null_text, std::string& out) {
  bool first = true;
  for (const auto& [key, value] : record.headers) {
    if (!std::exchange(first, false)) out += ',';
    out.append(key).append("=").append(value.value_or(null_text));
  }
}

void OutputFormat::write(const RecordFields& record, std::string_view null_text,
                         std::string& out) const {
  for (const Piece& piece : pieces_) {
    switch (piece.letter) {
      case '\0':
        out += piece.text;
        break;
      case 's':
        out += record.value.value_or(null_text);
        break;
      case 'S':
        out += length_of(record.value);
        break;
      case 'k':
        out += record.key.value_or(null_text);
        break;
      case 'K':
        out += length_of(record.key);
        break;
      case 't':
        out += record.topic;
        break;
      case 'p':
        out += std::to_string(record.partition);
        break;
      case 'o':
        out += std::to_string(record.offset);
        break;
      case 'T':
        out += std::to_string(record.timestamp);
        break;
      case 'h':
        write_headers(record, null_text, out);
        break;
      default:
        break;
    }
  }
}

}  // namespace barnabas::tools
