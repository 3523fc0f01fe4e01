#pragma once

#include "tests/support/client_script.hpp"
#include "tests/support/produce_log.hpp"
#include "tests/support/script_driver.hpp"

#include <barnabas/producer.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::test {

/// A producer on scripted brokers: two nodes, and the topic "orders" with one partition at node 1.
/// The producer is made with the first use, from `config`.
struct ProducerFixture {
  ProducerFixture() {
    script.add_node(1, "kafka-1");
    script.add_node(2, "kafka-2");
    script.add_topic("orders", {1});
    config.bootstrap_servers("kafka-1").linger(std::chrono::milliseconds(0));
  }

  Producer& producer() {
    if (!made) {
      Result<Producer> result = Producer::create(runtime, config);
      if (!result) FAIL(result.error().to_string());
      made.emplace(*std::move(result));
    }
    return *made;
  }
  /// Sends without waiting, and lets the producer work on it for no time.
  Future<Delivery> send(const std::string& value, const std::string& topic = "orders",
                        std::int32_t partition = any_partition) {
    Future<Delivery> future = producer().send(Record(topic).value(value).partition(partition));
    script.settle();
    return future;
  }
  /// Sends without letting the producer work: records share a batch.
  Future<Delivery> queue(const std::string& value, const std::string& topic = "orders",
                         std::int32_t partition = any_partition) {
    return producer().send(Record(topic).value(value).partition(partition));
  }
  /// Metadata and producer id are known, and the partition has acknowledged a record.
  void warm_up(const std::string& topic = "orders", std::int32_t partition = any_partition) {
    if (!send("warm", topic, partition).get(std::chrono::seconds(10))) FAIL("no warm-up");
  }

  ClientScript script;
  ProduceLog log{script};
  Runtime runtime{std::make_shared<ScriptDriver>(script)};
  ProducerConfig config;
  std::optional<Producer> made;
};

/// "ok@3" or the error's name.
inline std::string outcome(const Result<Delivery>& result) {
  if (!result) return std::string(name(result.error().code()));
  return "ok@" + std::to_string(result->offset);
}
inline std::string outcome(const Future<Delivery>& future) {
  return future.is_ready() ? outcome(future.get()) : "pending";
}

using Values = std::vector<std::string>;

}  // namespace barnabas::test
