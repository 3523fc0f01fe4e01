#include "broker/src/handlers/config_entries.hpp"

#include "broker/src/core/config/broker_properties.hpp"
#include "broker/src/core/topic/topic_config.hpp"

#include <algorithm>

namespace barnabas::broker {
namespace {

// Kafka's numbers for the types of values.
constexpr std::int8_t boolean_type = 1, string_type = 2, int_type = 3, long_type = 5,
                      double_type = 6, list_type = 7;

std::int8_t type_number(std::string_view name, PropertyType type) {
  switch (type) {
    case PropertyType::boolean:
      return boolean_type;
    case PropertyType::integer: {
      const bool is_long =
          name.ends_with(".ms") || name.ends_with("retention.bytes") || name.ends_with(".messages");
      return is_long ? long_type : int_type;
    }
    case PropertyType::real:
      return double_type;
    case PropertyType::list:
      return list_type;
    case PropertyType::text:
    case PropertyType::choice:
      return string_type;
  }
  return string_type;
}

template <class Config>
ConfigEntry entry_of(const Property<Config>& property, const Config& config,
                     const Config& builtin) {
  ConfigEntry entry;
  entry.name = property.name();
  entry.value = property.get(config);
  const bool changed = entry.value != property.get(builtin);
  entry.source = changed ? ConfigSource::broker : ConfigSource::builtin;
  entry.sensitive = property.is_secret();
  entry.type = type_number(property.name(), property.type());
  entry.documentation = property.doc();
  return entry;
}

}  // namespace

std::vector<ConfigEntry> topic_entries(const TopicConfig& config,
                                       const storage::TopicProperties& properties,
                                       const BrokerSettings& settings) {
  const TopicConfig defaults = default_topic_config(settings);
  const TopicConfig builtin = default_topic_config(BrokerSettings());
  std::vector<ConfigEntry> entries;
  for (const Property<TopicConfig>& property : topic_properties().properties()) {
    ConfigEntry entry = entry_of(property, defaults, builtin);
    entry.broker_name = broker_property_name(property.name());
    entry.broker_value = std::exchange(entry.value, property.get(config));
    entry.broker_source = entry.source;
    if (const auto own = properties.find(property.name()); own != properties.end()) {
      entry.source = ConfigSource::topic;
      entry.value = own->second;  // as it was given
    }
    entries.push_back(std::move(entry));
  }
  // What Kafka knows and this broker only keeps.
  for (const auto& [name, value] : properties) {
    if (topic_properties().find(name)) continue;
    ConfigEntry entry;
    entry.name = name;
    entry.value = value;
    entry.source = ConfigSource::topic;
    entry.type = string_type;
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const ConfigEntry& a, const ConfigEntry& b) { return a.name < b.name; });
  return entries;
}

std::vector<ConfigEntry> broker_entries(const BrokerSettings& settings) {
  const BrokerSettings builtin;
  std::vector<ConfigEntry> entries;
  for (const Property<BrokerSettings>& property : broker_properties().properties()) {
    ConfigEntry entry = entry_of(property, settings, builtin);
    entry.read_only = true;
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace barnabas::broker
