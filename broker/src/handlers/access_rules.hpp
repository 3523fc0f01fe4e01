#pragma once

#include <string_view>

namespace barnabas::broker {

/// Said with security_disabled to everyone who asks about access rules, in Kafka's words.
inline constexpr std::string_view no_authorizer = "No Authorizer is configured.";

}  // namespace barnabas::broker
