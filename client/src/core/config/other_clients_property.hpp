#pragma once

#include "client/src/core/config/foreign_property.hpp"

#include <span>

namespace barnabas::client {

/// What only producers have, by Java's and librdkafka's names. One file may configure several
/// clients, so the others take note of these and go on.
std::span<const ForeignProperty> properties_of_producers();
/// What only consumers have.
std::span<const ForeignProperty> properties_of_consumers();

}  // namespace barnabas::client
