#pragma once

#include <barnabas/result.hpp>

#include <cstdint>
#include <string_view>

namespace barnabas::tools {

/// Where consuming starts or ends, as `-o` says it. kcat's spellings:
///   beginning | earliest     the first record
///   end | latest             behind the last record
///   stored                   the group's committed offset
///   N                        that offset
///   -N                       N records before the end
///   s@MS                     the first record at or after this timestamp (ms since 1970)
///   e@MS                     stop at the first record at or after this timestamp
struct OffsetOption {
  enum class Kind : std::uint8_t {
    beginning,
    end,
    stored,
    offset,
    before_end,
    start_time,
    stop_time
  };
  Kind kind = Kind::end;
  std::int64_t value = 0;  ///< Offset, distance from the end, or milliseconds.

  friend bool operator==(const OffsetOption&, const OffsetOption&) = default;
};

/// Errors: invalid_argument, listing the forms.
Result<OffsetOption> parse_offset_option(std::string_view text);

}  // namespace barnabas::tools
