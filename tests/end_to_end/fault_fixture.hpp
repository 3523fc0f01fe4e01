#pragma once

#include "tests/end_to_end/consumer_fixture.hpp"

#include <barnabas/admin.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace barnabas::test {

/// A broker of some nodes with the topic "t", and clients that lose no time when something goes
/// wrong. Values are numbers, ascending within each partition.
struct FaultFixture : ConsumerFixture {
  FaultFixture(std::int32_t nodes, std::int32_t partition_count, BrokerConfig config = {})
      : ConsumerFixture(quick(std::move(config), nodes)), partitions(partition_count) {
    create("t", partition_count);
  }

  ProducerConfig producer_config() {
    return ProducerConfig()
        .bootstrap_servers(broker.bootstrap())
        .linger(std::chrono::milliseconds(0))
        .connection_setup_timeout(std::chrono::milliseconds(300), std::chrono::milliseconds(600))
        .retry_backoff(std::chrono::milliseconds(5), std::chrono::milliseconds(50))
        .reconnect_backoff(std::chrono::milliseconds(5), std::chrono::milliseconds(50));
  }
  ConsumerConfig member_config(const std::string& group) {
    return config(group)
        .retry_backoff(std::chrono::milliseconds(5), std::chrono::milliseconds(50))
        .reconnect_backoff(std::chrono::milliseconds(5), std::chrono::milliseconds(50))
        .request_timeout(std::chrono::seconds(2))
        .session_timeout(std::chrono::seconds(1))
        .max_poll_interval(
            std::chrono::seconds(2))  // how long an answer to JoinGroup is waited for
        .connection_setup_timeout(std::chrono::milliseconds(300), std::chrono::milliseconds(600))
        .fetch_max_wait(std::chrono::milliseconds(50));
  }

  /// Sends `count` more numbers, to the partitions in turn.
  void send(Producer& producer, int count) {
    for (int i = 0; i < count; ++i) {
      const std::int32_t partition = produced % partitions;
      sent[partition].push_back(produced);
      producer.send(Record("t").partition(partition).value(std::to_string(produced++)));
    }
  }
  /// Each partition holds what was sent to it, behind `before` other records in partition 0.
  void check_log(std::size_t before = 0) {
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
      std::vector<int> stored;
      for (const StoredRecord& record : broker.log("t", partition)) {
        stored.push_back(std::stoi(record.value.value_or("-2")));
      }
      if (partition == 0) {
        REQUIRE(stored.size() >= before);
        stored.erase(stored.begin(), stored.begin() + static_cast<std::ptrdiff_t>(before));
      }
      CAPTURE(partition);
      CHECK(stored == sent[partition]);
    }
  }

  std::int32_t partitions;
  std::map<std::int32_t, std::vector<int>> sent;

 private:
  static BrokerConfig quick(BrokerConfig config, std::int32_t nodes) {
    config.nodes(nodes);
    // A member whose answer got lost holds the others up until its session ends.
    config.set("group.min.session.timeout.ms", "100").value();
    return config;
  }
};

/// What was read, in the order of reading.
struct Reading {
  void add(const Records& records) {
    for (const ConsumerRecord& record : records) {
      values[record.partition()].push_back(std::stoi(std::string(record.value())));
      ++count;
    }
  }
  std::map<std::int32_t, std::vector<int>> values;
  std::size_t count = 0;
};

}  // namespace barnabas::test
