#pragma once

#include "tools/barnabas/decode/conversation.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <functional>
#include <string>

namespace barnabas::tools {

/// Reads all connections of a capture file and hands out one text for each message, in the order of
/// the packets that completed them. `port`: only connections with it, 0 for all on which Kafka is
/// spoken. Returns what deserves a remark at the end (gaps, requests without a response).
/// Errors: malformed_message.
Result<std::string> decode_capture(BytesView file, std::uint16_t port, DecodeStyle style,
                                   const std::function<void(const std::string&)>& output);

}  // namespace barnabas::tools
