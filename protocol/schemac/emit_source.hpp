#pragma once

#include "protocol/schemac/emit_header.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace barnabas::schemac {

/// <stem>.cpp: measure, encode, decode and print.
std::string emit_source(const std::vector<MessageOfApi>& messages, std::string_view stem);

/// <stem>_types.cpp: a protocol::MessageType for each message, named as `type_variable` says.
std::string emit_types(const std::vector<MessageOfApi>& messages, std::string_view stem);
std::string type_variable(const Message& message);
/// The function that prints a message to any printer, without semicolon.
std::string print_signature(const Message& message);

}  // namespace barnabas::schemac
