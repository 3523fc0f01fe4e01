#pragma once

#include <barnabas/broker.hpp>
#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

/// An embedded broker, and consumers of it that start at the beginning. Values are the numbers of
/// the records produced so far.
struct ConsumerFixture {
  ConsumerFixture() = default;
  explicit ConsumerFixture(const BrokerConfig& config) : broker(config) {}

  void create(const std::string& topic, std::int32_t partitions) {
    broker.create_topic(topic, partitions).value();
  }
  /// Creates the topic if need be and produces `count` records, to the partitions in turn.
  void produce(const std::string& topic, std::int32_t partitions, int count) {
    if (broker.end_offset(topic, 0) < 0) create(topic, partitions);
    Producer producer(broker.bootstrap());
    for (int i = 0; i < count; ++i) {
      const std::string value = std::to_string(produced++);
      producer.send(Record(topic).partition(i % partitions).value(value));
    }
    producer.flush().value();
  }

  ConsumerConfig config(const std::string& group = "") {
    ConsumerConfig made;
    made.bootstrap_servers(broker.bootstrap())
        .offset_reset(OffsetReset::earliest())
        .heartbeat_interval(std::chrono::milliseconds(50))
        .close_timeout(std::chrono::seconds(5));
    if (!group.empty()) made.group(group);
    return made;
  }
  Consumer consumer(const std::string& group, std::vector<std::string> topics) {
    Consumer made(config(group));
    made.subscribe(std::move(topics)).value();
    return made;
  }

  /// Values of the next `count` records; fails the test when they do not come.
  std::set<std::string> read(Consumer& consumer, std::size_t count) {
    std::set<std::string> values;
    REQUIRE(eventually([&] {
      add_values(consumer.poll(std::chrono::milliseconds(100)).value(), values);
      return values.size() >= count;
    }));
    return values;
  }
  std::set<std::string> read_for(Consumer& consumer, std::chrono::milliseconds time) {
    std::set<std::string> values;
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      add_values(consumer.poll(std::chrono::milliseconds(20)).value(), values);
    }
    return values;
  }
  bool poll_until(Consumer& consumer, const std::function<bool()>& condition) {
    return eventually([&] {
      (void)consumer.poll(std::chrono::milliseconds(20)).value();
      return condition();
    });
  }
  bool poll_both_until(Consumer& a, Consumer& b, const std::function<bool()>& condition,
                       std::set<std::string>* values = nullptr) {
    return eventually([&] {
      for (Consumer* consumer : {&a, &b}) {
        const Records records = consumer->poll(std::chrono::milliseconds(20)).value();
        if (values != nullptr) add_values(records, *values);
      }
      return condition();
    });
  }
  static void add_values(const Records& records, std::set<std::string>& values) {
    for (const ConsumerRecord& record : records) values.insert(std::string(record.value()));
  }

  /// Repeats `attempt`, which waits a little itself, until it holds; gives up after a long time.
  static bool eventually(const std::function<bool()>& attempt) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    do {
      if (attempt()) return true;
    } while (std::chrono::steady_clock::now() < end);
    return false;
  }

  Broker broker;
  int produced = 0;
};

}  // namespace barnabas::test
