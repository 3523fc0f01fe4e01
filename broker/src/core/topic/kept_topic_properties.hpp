#pragma once

#include <barnabas/result.hpp>

#include <string_view>

namespace barnabas::broker {

/// Checks the value of a topic property that Kafka knows and that has no effect here, so that what
/// Kafka refuses is not taken for granted. Other names are let through.
/// Errors: invalid_config, naming the property and what is allowed.
Result<void> check_kept_property(std::string_view name, std::string_view value);

}  // namespace barnabas::broker
