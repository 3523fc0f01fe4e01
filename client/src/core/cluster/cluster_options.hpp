#pragma once

#include "protocol/base/time.hpp"
#include "protocol/network/address.hpp"

#include <barnabas/client_config.hpp>
#include <barnabas/version.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace barnabas::client {

/// Settings of a Cluster. Names in parentheses are the configuration properties.
struct ClusterOptions {
  std::vector<network::HostPort> bootstrap_servers;             ///< (bootstrap.servers)
  std::string client_id = "barnabas";                           ///< (client.id)
  std::string software_name = "barnabas";                       ///< Sent in ApiVersions (KIP-511).
  std::string software_version = std::string(library_version);  ///< Sent likewise.
  Duration request_timeout = std::chrono::seconds(30);          ///< (request.timeout.ms)
  Duration api_timeout = std::chrono::seconds(60);              ///< (default.api.timeout.ms)
  Duration connection_setup_timeout =
      std::chrono::seconds(10);  ///< (socket.connection.setup.timeout.ms)
  Duration connection_setup_timeout_max =
      std::chrono::seconds(30);  ///< (socket.connection.setup.timeout.max.ms)
  Duration connections_max_idle =
      std::chrono::minutes(9);  ///< (connections.max.idle.ms); zero: never.
  Duration reconnect_backoff = std::chrono::milliseconds(50);        ///< (reconnect.backoff.ms)
  Duration reconnect_backoff_max = std::chrono::milliseconds(1000);  ///< (reconnect.backoff.max.ms)
  Duration retry_backoff = std::chrono::milliseconds(100);           ///< (retry.backoff.ms)
  Duration retry_backoff_max = std::chrono::milliseconds(1000);      ///< (retry.backoff.max.ms)
  Duration metadata_max_age = std::chrono::minutes(5);               ///< (metadata.max.age.ms)
  MetadataRecovery metadata_recovery =
      MetadataRecovery::rebootstrap;  ///< (metadata.recovery.strategy)
  /// How long metadata may stay unobtainable before the bootstrap servers are asked again
  /// (metadata.recovery.rebootstrap.trigger.ms, KIP-1102). At once when no broker is known.
  Duration rebootstrap_trigger = std::chrono::minutes(5);
  bool allow_auto_create_topics = true;  ///< (allow.auto.create.topics)
  /// Larger frames are taken for garbage (receive.message.max.bytes).
  std::size_t max_response_size = 100'000'000;
};

}  // namespace barnabas::client
