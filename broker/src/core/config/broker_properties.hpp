#pragma once

#include "broker/src/core/config/broker_settings.hpp"
#include "protocol/base/property_table.hpp"

#include <barnabas/result.hpp>

#include <string_view>

namespace barnabas::broker {

/// The broker's properties under Kafka's names; those that start with "barnabas." are its own.
const PropertyTable<BrokerSettings>& broker_properties();

/// Whether Apache Kafka has a broker property of this name that means nothing here, because this
/// broker has no replicas, no thread pools and no controllers of its own. Property files written
/// for Kafka carry many of them; they are let through.
bool is_kafka_property_without_effect(std::string_view name);

/// The broker property that a topic property falls back to; empty when there is none.
std::string_view broker_property_name(std::string_view topic_property) noexcept;

/// Checks what no single property can: that settings fit together.
/// Errors: invalid_property, naming both properties.
Result<void> validate(const BrokerSettings& settings);

}  // namespace barnabas::broker
