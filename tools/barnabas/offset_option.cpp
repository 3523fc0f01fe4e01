#include "tools/barnabas/offset_option.hpp"

#include <charconv>
#include <optional>
#include <string>

namespace barnabas::tools {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<OffsetOption> parse_offset_option(std::string_view text) {
  using Kind = OffsetOption::Kind;
  if (text == "beginning" || text == "earliest") return OffsetOption{Kind::beginning, 0};
  if (text == "end" || text == "latest") return OffsetOption{Kind::end, 0};
  if (text == "stored") return OffsetOption{Kind::stored, 0};
  if (text.starts_with("s@") || text.starts_with("e@")) {
    const auto time = whole_number(text.substr(2));
    if (time && *time >= 0) {
      return OffsetOption{text.front() == 's' ? Kind::start_time : Kind::stop_time, *time};
    }
  } else if (const auto number = whole_number(text)) {
    return *number < 0 ? OffsetOption{Kind::before_end, -*number}
                       : OffsetOption{Kind::offset, *number};
  }
  return Error(ErrorCode::invalid_argument,
               "offset '" + std::string(text) +
                   "': expected beginning, end, stored, N, -N (from the end), s@MS or e@MS");
}

}  // namespace barnabas::tools
