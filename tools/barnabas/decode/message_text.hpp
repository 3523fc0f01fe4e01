#pragma once

#include "protocol/wire/message_type.hpp"
#include "tools/barnabas/decode/conversation.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <string>

namespace barnabas::tools {

/// The message in `bytes` as text, with a note about bytes that are left.
/// Errors: unsupported_version, malformed_message.
Result<std::string> message_text(const protocol::MessageType& type, std::int16_t version,
                                 BytesView bytes, DecodeStyle style);

}  // namespace barnabas::tools
