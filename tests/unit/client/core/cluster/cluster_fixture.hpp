#pragma once

#include "client/src/core/cluster/cluster.hpp"
#include "tests/support/client_script.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

/// A cluster with a listener that keeps a diary, facing scripted brokers.
struct ClusterFixture : client::ClusterListener {
  explicit ClusterFixture(std::string bootstrap = "kafka-1") : ClusterFixture(options(bootstrap)) {}
  explicit ClusterFixture(client::ClusterOptions with) : with_(std::move(with)) {
    script.drive(cluster);
  }

  static client::ClusterOptions options(const std::string& bootstrap) {
    client::ClusterOptions options;
    options.bootstrap_servers = *network::parse_host_port_list(bootstrap);
    options.software_version = "1";
    return options;
  }

  void on_node_ready(const Now&, client::NodeId node, client::Lane) override {
    diary.push_back("ready " + std::to_string(node));
  }
  void on_node_lost(const Now&, client::NodeId node, client::Lane, const Error&) override {
    diary.push_back("lost " + std::to_string(node));
  }
  void on_metadata(const Now&) override { diary.push_back("metadata"); }
  void on_metadata_failed(const Now&, const Error& reason) override {
    diary.push_back("no metadata");
    last_failure = reason;
  }
  void on_coordinator(const Now&, client::CoordinatorType, std::string_view key,
                      client::NodeId node) override {
    diary.push_back("coordinator " + std::string(key) + " " + std::to_string(node));
  }

  std::vector<std::string> log;
  std::vector<std::string> warnings;
  Logger logger{[this](LogLevel level, std::string_view line) {
                  log.emplace_back(line);
                  if (level <= LogLevel::warning) warnings.emplace_back(line);
                },
                LogLevel::debug};
  std::vector<std::string> diary;
  Error last_failure;
  ClientScript script;
  client::ClusterOptions with_;
  client::Cluster cluster{with_, script.network(), *this, logger, 7};
};

}  // namespace barnabas::test
