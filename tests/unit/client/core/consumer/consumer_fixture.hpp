#pragma once

#include "tests/support/client_script.hpp"
#include "tests/support/consume_log.hpp"
#include "tests/support/script_driver.hpp"

#include <barnabas/consumer.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

using namespace std::chrono_literals;

/// A consumer in group "g" on scripted brokers: two nodes, and the topic "t" with a partition on
/// each, read from the earliest offset. The consumer is made with the first use, from `config`.
struct ConsumerFixture {
  ConsumerFixture() {
    script.add_node(1, "kafka-1");
    script.add_node(2, "kafka-2");
    script.add_topic("t", {1, 2});
    config.bootstrap_servers("kafka-1").group("g").offset_reset(OffsetReset::earliest());
  }

  Consumer& consumer() {
    if (!made) {
      Result<Consumer> result = Consumer::create(runtime, config);
      if (!result) FAIL(result.error().to_string());
      made.emplace(*std::move(result));
    }
    return *made;
  }
  RebalanceListener diary_keeper() {
    const auto writes = [this](std::string what) {
      return [this, what](const std::vector<TopicPartition>& partitions) {
        for (const TopicPartition& partition : partitions) {
          diary.push_back(what + " " + to_string(partition));
        }
      };
    };
    RebalanceListener listener;
    listener.assigned = writes("assigned");
    listener.revoked = writes("revoked");
    listener.lost = writes("lost");
    return listener;
  }
  /// Subscribed to "t", and given these partitions; the values that the first poll returns.
  std::vector<std::string> join(std::vector<TopicPartition> partitions) {
    log.assign(std::move(partitions));
    consumer().subscribe({"t"}, diary_keeper()).value();
    return poll();
  }
  /// The values that one poll returns; fetches that wait are answered before.
  std::vector<std::string> poll(Consumer::Timeout timeout = 20ms) {
    log.end_waits();
    const Result<Records> records = consumer().poll(timeout);
    if (!records) FAIL(records.error().to_string());
    std::vector<std::string> values;
    for (const ConsumerRecord& record : *records) values.emplace_back(record.value());
    return values;
  }
  std::vector<std::string> take_diary() { return std::exchange(diary, {}); }

  const TopicPartition t0{"t", 0};
  const TopicPartition t1{"t", 1};
  std::vector<std::string> diary;
  ClientScript script;
  ConsumeLog log{script};
  Runtime runtime{std::make_shared<ScriptDriver>(script)};
  ConsumerConfig config;
  std::optional<Consumer> made;
};

}  // namespace barnabas::test
