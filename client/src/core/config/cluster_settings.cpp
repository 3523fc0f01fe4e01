#include "client/src/core/config/cluster_settings.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

Result<ClusterOptions> cluster_options(const ClientSettings& settings) {
  if (settings.bootstrap_servers.empty()) {
    return Error(ErrorCode::invalid_property,
                 "bootstrap.servers: missing, expected host:port of one or more brokers");
  }
  Result<std::vector<network::HostPort>> servers =
      network::parse_host_port_list(settings.bootstrap_servers);
  if (!servers) {
    return Error(ErrorCode::invalid_property, servers.error().context())
        .within("bootstrap.servers");
  }
  ClusterOptions options;
  options.bootstrap_servers = *std::move(servers);
  options.client_id = settings.client_id;
  options.request_timeout = settings.request_timeout;
  options.api_timeout = settings.api_timeout;
  options.connection_setup_timeout = settings.connection_setup_timeout;
  options.connection_setup_timeout_max = settings.connection_setup_timeout_max;
  options.connections_max_idle = settings.connections_max_idle;
  options.reconnect_backoff = settings.reconnect_backoff;
  options.reconnect_backoff_max = settings.reconnect_backoff_max;
  options.retry_backoff = settings.retry_backoff;
  options.retry_backoff_max = settings.retry_backoff_max;
  options.metadata_max_age = settings.metadata_max_age;
  options.metadata_recovery = settings.metadata_recovery;
  options.rebootstrap_trigger = settings.rebootstrap_trigger;
  options.allow_auto_create_topics = settings.allow_auto_create_topics;
  options.max_response_size = static_cast<std::size_t>(std::max(settings.max_response_bytes, 0));
  return options;
}

}  // namespace barnabas::client
