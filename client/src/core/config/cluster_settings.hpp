#pragma once

#include "client/src/core/cluster/cluster_options.hpp"

#include <barnabas/client_config.hpp>
#include <barnabas/result.hpp>

namespace barnabas::client {

/// What a Cluster needs of a client's settings.
/// Errors: invalid_property when bootstrap.servers is missing or not a list of host:port.
Result<ClusterOptions> cluster_options(const ClientSettings& settings);

}  // namespace barnabas::client
