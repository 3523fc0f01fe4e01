#include "protocol/schemac/cursor.hpp"

namespace barnabas::schemac {

void Cursor::error(std::string_view message, std::string_view suggestion) {
  if (ok_) diagnostics_.error(where(), message, suggestion);
  ok_ = false;
}

bool Cursor::accept(std::string_view spelling) {
  if (at_end() || !peek()->is(spelling)) return false;
  ++at_;
  return true;
}

bool Cursor::accept_empty_text() {
  if (at_end() || peek()->kind != Token::Kind::text || !peek()->text.empty()) return false;
  ++at_;
  return true;
}

void Cursor::expect(std::string_view spelling) {
  if (accept(spelling)) return;
  error("expected \"" + std::string(spelling) + "\"" +
        (at_end() ? "" : " before \"" + peek()->text + "\""));
}

std::string Cursor::name(std::string_view what) {
  if (at_end() || peek()->kind != Token::Kind::name) {
    error("expected " + std::string(what));
    return {};
  }
  return line_.tokens[at_++].text;
}

std::int64_t Cursor::number(std::string_view what, std::int64_t min, std::int64_t max) {
  const Location start = where();
  const bool negative = accept("-");
  if (at_end() || peek()->kind != Token::Kind::number) {
    error("expected " + std::string(what));
    return 0;
  }
  const std::int64_t magnitude = line_.tokens[at_++].number;
  const std::int64_t value = negative ? -magnitude : magnitude;
  if (value < min || value > max) {
    diagnostics_.error(start, std::string(what) + " is out of range",
                       "use " + std::to_string(min) + " to " + std::to_string(max));
    ok_ = false;
  }
  return value;
}

Versions Cursor::versions() {
  Versions versions;
  constexpr std::int64_t max = Versions::open - 1;
  const Location start = where();
  versions.first = static_cast<int>(number("versions such as 3+ or 0-4", 0, max));
  if (accept("+")) return versions;
  versions.last = versions.first;
  if (!accept("-")) return versions;
  versions.last = static_cast<int>(number("the last version", 0, max));
  if (ok_ && versions.last < versions.first) {
    diagnostics_.error(start, "the range of versions ends before it begins");
    ok_ = false;
  }
  return versions;
}

void Cursor::finish(const std::vector<std::string_view>& allowed) {
  if (at_end()) return;
  error("unexpected \"" + peek()->text + "\"", suggest(peek()->text, allowed));
}

}  // namespace barnabas::schemac
