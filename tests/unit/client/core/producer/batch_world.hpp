#pragma once

#include "client/src/core/producer/chunk_pool.hpp"
#include "client/src/core/producer/compressor_pool.hpp"
#include "client/src/core/producer/producer_batch.hpp"
#include "tests/support/batches.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace barnabas::test {

using namespace std::chrono_literals;

/// Makes batches without a queue, for what works on finished ones.
struct BatchWorld {
  std::shared_ptr<client::ChunkPool> pool =
      std::make_shared<client::ChunkPool>(std::size_t{64} << 20U);
  client::CompressorPool compressors;
  std::shared_ptr<const std::string> topic = std::make_shared<const std::string>("orders");
  Instant now{1h};
  std::uint64_t last_work = 0;

  /// A finished batch of these values, with `timeout` left. `report`: how each record is told of.
  std::shared_ptr<client::ProducerBatch> batch(const std::vector<std::string>& values,
                                               Duration timeout = 120s,
                                               const DeliveryCallback& callback = {},
                                               const Compression& compression = {}) {
    REQUIRE(pool->charge(client::ProducerBatch::overhead));
    auto delivery = std::make_shared<client::BatchDelivery>(nullptr, pool, topic, 0);
    const client::ProducerBatch::Times times{{now, 1000}, now + timeout};
    auto made = std::make_shared<client::ProducerBatch>(
        pool, std::numeric_limits<std::int32_t>::max(), delivery, times, ++last_work);
    for (const std::string& value : values) {
      Future<Delivery> future;
      DeliveryCallback own = callback;
      auto report = callback ? client::DeliveryReport::by_callback(own)
                             : client::DeliveryReport::by_future(future);
      REQUIRE(delivery->make_room(report));
      records::NewRecord record;
      record.timestamp = 1000;
      record.value = BytesView(value);
      REQUIRE(made->builder().append(record) == records::AppendResult::appended);
      delivery->add(1000, report, delivery);
    }
    made->finish(compression, compressors);
    return made;
  }

  static std::vector<std::byte> bytes(const client::ProducerBatch& batch) {
    return join(batch.builder().segments());
  }
  static std::vector<std::string> values(const client::ProducerBatch& batch) {
    const std::vector<std::byte> raw = bytes(batch);
    std::vector<std::string> all;
    for (const OwnedRecord& record : read_all(BytesView(raw.data(), raw.size())).value()) {
      all.push_back(record.value.value_or("null"));
    }
    return all;
  }
};

}  // namespace barnabas::test
