#pragma once

#include "broker/src/core/config/broker_settings.hpp"
#include "broker/src/core/storage/log_config.hpp"
#include "broker/src/core/topic/topic.hpp"
#include "protocol/base/property_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// What a configuration request is about; the numbers on the wire.
enum class ConfigResource : std::int8_t { topic = 2, broker = 4 };

/// Where a value comes from; the numbers on the wire.
enum class ConfigSource : std::int8_t { topic = 1, broker = 4, builtin = 5 };

/// One setting as clients are shown it.
struct ConfigEntry {
  std::string_view name;
  std::string value;
  ConfigSource source = ConfigSource::builtin;
  bool read_only = false;
  bool sensitive = false;
  std::int8_t type = 0;  ///< Kafka's number of the value's type.
  std::string_view documentation;
  /// The broker's property that the value comes from when the topic has none of its own, and what
  /// it says; no name when there is no such property.
  std::string_view broker_name;
  std::string broker_value;
  ConfigSource broker_source = ConfigSource::builtin;
};

/// A topic's settings, by name. Views point into `properties` and into static tables.
std::vector<ConfigEntry> topic_entries(const TopicConfig& config,
                                       const storage::TopicProperties& properties,
                                       const BrokerSettings& settings);
/// The broker's settings, by name.
std::vector<ConfigEntry> broker_entries(const BrokerSettings& settings);

}  // namespace barnabas::broker
