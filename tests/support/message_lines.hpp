#pragma once

#include "protocol/wire/message_type.hpp"

#include <cstdint>
#include <string>
#include <string_view>

// The lines that tests/interop/conformance/Messages.java writes and reads: NAME, VERSION, KIND,
// BYTES, JSON, separated by tabs. KIND is "plain" for bytes that an encoder must reproduce, "tags"
// for bytes with unknown tagged fields.

namespace barnabas::test {

/// A random message of ours.
std::string random_message_line(const protocol::MessageType& type, std::int16_t version,
                                std::uint64_t seed, bool unknown_tags);

/// Decodes the line's message, compares it with the JSON, and encodes it again. What is wrong, or
/// nothing.
std::string check_message_line(std::string_view line);

}  // namespace barnabas::test
