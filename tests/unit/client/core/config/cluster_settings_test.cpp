#include "client/src/core/config/cluster_settings.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using barnabas::ClientSettings;
using barnabas::ErrorCode;
using barnabas::client::cluster_options;

TEST_CASE("settings become the options of a cluster") {
  ClientSettings settings;
  settings.bootstrap_servers = "kafka-1:9093, [::1]";
  settings.client_id = "me";
  settings.retry_backoff = 7ms;
  const auto options = cluster_options(settings);
  REQUIRE(options.has_value());
  REQUIRE(options->bootstrap_servers.size() == 2);
  CHECK(options->bootstrap_servers[0].to_string() == "kafka-1:9093");
  CHECK(options->bootstrap_servers[1].to_string() == "[::1]:9092");
  CHECK(options->client_id == "me");
  CHECK(!options->software_version.empty());  // brokers refuse an empty one (KIP-511)
  CHECK(options->retry_backoff == 7ms);
}

TEST_CASE("bootstrap servers are required and checked") {
  ClientSettings settings;
  CHECK(cluster_options(settings).error() == ErrorCode::invalid_property);
  settings.bootstrap_servers = "kafka:port";
  CHECK(cluster_options(settings).error().context().starts_with("bootstrap.servers: "));
}
