#pragma once

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas {

/// Base64 with `+`, `/` and padding (RFC 4648, section 4).
std::string to_base64(BytesView bytes);

/// What `text` stands for, or nothing when it is not what `to_base64` writes: other characters,
/// line breaks, missing padding and spare bits that are not zero are refused.
std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace barnabas
