#pragma once

#include "protocol/messages/fetch.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/messages/produce.hpp"
#include "tests/support/batches.hpp"

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

// Requests that many tests send.

namespace barnabas::broker::test {

using barnabas::test::make_batch;
using barnabas::test::numbered_records;

/// The bytes of a batch of `count` numbered records, alive until the program ends.
inline BytesView some_batch(std::int32_t count = 1, const records::ProducerStamp& stamp = {},
                            const Compression& compression = {},
                            Timestamp start = 1'700'000'000'000) {
  static std::list<std::vector<std::byte>> kept;
  const auto& batch =
      kept.emplace_back(make_batch(numbered_records(count, start), compression, stamp));
  return {batch.data(), batch.size()};
}

inline protocol::ProduceRequest produce_request(std::string_view topic, std::int32_t partition,
                                                BytesView batch, std::int16_t acks = -1) {
  protocol::ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = 1000;
  auto& data = request.topic_data.emplace_back();
  data.name = topic;
  auto& partition_data = data.partition_data.emplace_back();
  partition_data.index = partition;
  partition_data.records = batch;
  return request;
}

inline protocol::FetchRequest fetch_request(std::string_view topic, std::int32_t partition,
                                            std::int64_t offset, std::int32_t max_wait_ms = 0) {
  protocol::FetchRequest request;
  request.max_wait_ms = max_wait_ms;
  request.min_bytes = 1;
  auto& wanted = request.topics.emplace_back();
  wanted.topic = topic;
  auto& wanted_partition = wanted.partitions.emplace_back();
  wanted_partition.partition = partition;
  wanted_partition.fetch_offset = offset;
  wanted_partition.partition_max_bytes = 1 << 20;
  return request;
}

/// The offsets of all records in a fetched partition.
inline std::vector<std::int64_t> offsets_in(const protocol::FetchResponse::PartitionData& data) {
  std::vector<std::int64_t> offsets;
  const auto records = barnabas::test::read_all(data.records.contiguous());
  if (!records) return {-1};
  for (const auto& record : *records) offsets.push_back(record.offset);
  return offsets;
}

inline protocol::MetadataRequest metadata_request(std::vector<std::string_view> topics) {
  protocol::MetadataRequest request;
  request.topics.emplace();
  for (const std::string_view name : topics) request.topics->emplace_back().name = name;
  return request;
}

}  // namespace barnabas::broker::test
