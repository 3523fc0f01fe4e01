#pragma once

#include "broker/src/core/storage/log_config.hpp"
#include "protocol/base/property_table.hpp"

namespace barnabas::broker::storage {

/// The topic properties that make up a LogConfig, under Kafka's topic names.
const PropertyTable<LogConfig>& log_properties();

/// Adds and removes "delete" and "compact" as `policy`, a cleanup.policy, says.
/// Errors: invalid_property.
Result<void> set_cleanup_policy(LogConfig& config, std::string_view policy);
/// "delete", "compact" or "compact,delete".
std::string cleanup_policy(const LogConfig& config);

}  // namespace barnabas::broker::storage
