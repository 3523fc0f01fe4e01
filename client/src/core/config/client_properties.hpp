#pragma once

#include "protocol/base/property_table.hpp"

#include <barnabas/client_config.hpp>

#include <span>

namespace barnabas::client {

/// The properties that every kind of client has.
std::span<const Property<ClientSettings>> client_properties();

}  // namespace barnabas::client
