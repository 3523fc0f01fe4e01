#pragma once

#include "broker/src/core/config/broker_settings.hpp"
#include "broker/src/core/storage/log_config.hpp"
#include "protocol/base/property_table.hpp"

#include <barnabas/result.hpp>

#include <cstdint>
#include <string>

namespace barnabas::broker {

/// A topic's settings: those of its logs, and those that concern the broker around them.
struct TopicConfig {
  storage::LogConfig log;
  /// Kept and shown. Batches are stored as their producers compressed them. [compression.type]
  std::string compression = "producer";
  std::int32_t min_insync_replicas = 1;  ///< Always met: there are no replicas.
  std::int64_t timestamp_before_max_ms = 0;
  std::int64_t timestamp_after_max_ms = 0;
};

/// All topic properties that have an effect or are shown, under Kafka's names.
const PropertyTable<TopicConfig>& topic_properties();

/// What topics start from on this broker.
TopicConfig default_topic_config(const BrokerSettings& settings);

/// `base` with `properties` put over it. Kafka's other topic properties are let through.
/// Errors: invalid_config, naming the property and what is allowed.
Result<TopicConfig> apply_topic_properties(TopicConfig base,
                                           const storage::TopicProperties& properties);

}  // namespace barnabas::broker
