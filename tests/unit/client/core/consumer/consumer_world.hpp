#pragma once

#include "client/src/core/cluster/client_engine.hpp"
#include "client/src/core/consumer/retry_options.hpp"
#include "client/src/core/consumer/topic_interest.hpp"
#include "tests/support/client_script.hpp"

#include <barnabas/topic_partition.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::test {

using namespace std::chrono_literals;

/// A cluster after whose events a part of the consumer runs.
class PartEngine final : public client::ClientEngine {
 public:
  using ClientEngine::ClientEngine;

  std::function<void(const Now&)> run_part = [](const Now&) {};
  std::function<void(const Now&)> take_metadata = [](const Now&) {};
  std::function<std::optional<Instant>()> deadline = [] { return std::optional<Instant>(); };

  client::Cluster& cluster() { return cluster_; }
  void soon(const Now& now) { wake(now); }
  void on_metadata(const Now& now) override { take_metadata(now); }

 private:
  void run(const Now& now) override { run_part(now); }
  std::optional<Instant> own_deadline() const override { return deadline(); }
};

/// A part of the consumer on scripted brokers: nodes 1 and 2, and topic "t" with a partition on
/// each.
struct ConsumerWorld {
  ConsumerWorld() {
    script.add_node(1, "kafka-1");
    script.add_node(2, "kafka-2");
    script.add_topic("t", {1, 2});
    script.drive(engine);
  }

  const TopicPartition t0{"t", 0};
  const TopicPartition t1{"t", 1};
  const client::RetryOptions retry{100ms, 1000ms};

  ClientScript script;
  Logger logger{{}, LogLevel::error};
  client::Outbox outbox;
  PartEngine engine{client::EngineContext{options(), script.network(), logger, outbox, 7}};
  client::Cluster& cluster = engine.cluster();
  client::TopicInterest interest{cluster};

  static client::ClusterOptions options() {
    client::ClusterOptions options;
    options.bootstrap_servers = *network::parse_host_port_list("kafka-1");
    return options;
  }
  const Now& now() const { return script.now(); }
  Instant in(Duration time) const { return now().monotonic + time; }
  /// Has the part run, and everything happen that needs no time.
  void settle() {
    engine.soon(now());
    script.settle();
  }
  /// Metadata about the topic is there and stays.
  void know() {
    interest.add(now(), "t");
    settle();
    REQUIRE(cluster.metadata().topic("t") != nullptr);
  }
};

}  // namespace barnabas::test
