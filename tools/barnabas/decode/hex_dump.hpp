#pragma once

#include <barnabas/result.hpp>

#include <string>
#include <string_view>

namespace barnabas::tools {

/// Whether `text` can be a hex dump: printable characters only.
bool looks_like_text(std::string_view text);

/// The bytes of a hex dump: digits with or without spaces, colons, commas and "0x", or lines as
/// xxd, hexdump -C, od -A x -t x1z and Wireshark print them, with an offset in front and text
/// behind. Errors: invalid_argument with the line.
Result<std::string> parse_hex_dump(std::string_view text);

}  // namespace barnabas::tools
