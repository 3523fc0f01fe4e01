#pragma once

#include "client/src/core/producer/accumulator.hpp"
#include "client/src/core/producer/producer_topic.hpp"
#include "tests/unit/client/core/producer/batch_world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

using namespace std::chrono_literals;

/// The sending side of a producer, without an engine: the test does what the engine would do.
struct TopicWorld {
  class Clock final : public client::AppendClock {
   public:
    Now at{Instant(1h), 1000};
    Now now() const override { return at; }
  };

  TopicWorld() { settings.delivery_timeout = 120s; }

  ProducerSettings settings;
  std::uint64_t seed = 1;
  Clock* clock = nullptr;
  std::shared_ptr<client::Accumulator> made;
  std::uint32_t next_id = 0;
  int wakes = 0;
  int runs = 0;  // without a wake

  /// Made with the first use, from `settings`.
  client::Accumulator& accumulator() {
    if (!made) {
      auto own = std::make_unique<Clock>();
      clock = own.get();
      auto shared = std::make_shared<client::ProducerShared>(settings, std::move(own));
      shared->signals.set_wake([this] { ++wakes; }, [this] { ++runs; });
      made = std::make_shared<client::Accumulator>(std::move(shared), seed);
    }
    return *made;
  }
  client::ProducerShared& shared() { return accumulator().shared(); }
  client::ProducerTopic& topic() { return *accumulator().topic("orders"); }
  /// The topic has so many partitions, those in `without_leader` without one.
  std::vector<client::PendingRecords::Failed> settle(
      std::int32_t partitions, const std::vector<std::int32_t>& without_leader = {}) {
    topic().grow(partitions, next_id);
    for (client::PartitionQueue* queue : topic().queues()) queue->set_available(true);
    for (const std::int32_t gone : without_leader) queue(gone).set_available(false);
    return topic().settle();
  }
  client::PartitionQueue& queue(std::int32_t partition) {
    return *topic().queues()[static_cast<std::size_t>(partition)];
  }

  struct Appended {
    client::AppendStatus status;
    Error error;  ///< Why it was refused.
  };
  client::AppendStatus append(const RecordView& record, client::DeliveryReport& report) {
    return accumulator().append(topic(), record, report);
  }
  Appended append(const RecordView& record) { return append_to(topic(), record); }
  Appended append_to(client::ProducerTopic& to, const RecordView& record) {
    Future<Delivery> future;
    auto report = client::DeliveryReport::by_future(future);
    const client::AppendStatus status = accumulator().append(to, record, report);
    return {status, status == client::AppendStatus::refused ? report.refusal() : Error()};
  }
  Appended send(const std::string& value, std::int32_t partition = any_partition) {
    RecordView record{BytesView(value)};
    record.partition = partition;
    return append(record);
  }
  bool accepts(const std::string& value, std::int32_t partition = any_partition) {
    return send(value, partition).status == client::AppendStatus::accepted;
  }

  /// The values that a partition got so far, taken out of it.
  std::vector<std::string> take(std::int32_t partition) {
    std::vector<std::shared_ptr<client::ProducerBatch>> batches;
    queue(partition).collect(batches);
    if (auto open = queue(partition).close_open()) {
      open->finish({}, shared().compressors);
      batches.push_back(std::move(open));
    }
    std::vector<std::string> all;
    for (const auto& batch : batches) {
      for (std::string& value : BatchWorld::values(*batch)) all.push_back(std::move(value));
    }
    return all;
  }
};

}  // namespace barnabas::test
