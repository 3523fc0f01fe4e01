#pragma once

#include <string>
#include <string_view>

namespace barnabas::schemac {

/// "NOT_LEADER_OR_FOLLOWER" and "ApiVersions" to "not_leader_or_follower" and "api_versions".
std::string snake_case(std::string_view name);
/// The same in capitals.
std::string upper_case(std::string_view name);
bool is_upper_case(std::string_view name);
bool is_snake_case(std::string_view name);
bool is_pascal_case(std::string_view name);
/// Whether C++ keeps `name` for itself.
bool is_keyword(std::string_view name);
/// Whether every generated message has a member of that name.
bool is_message_member(std::string_view name);

}  // namespace barnabas::schemac
