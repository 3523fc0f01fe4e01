#pragma once

#include "tests/interop/differential/world.hpp"
#include "tests/support/batches.hpp"

#include "protocol/messages/produce.hpp"

#include <barnabas/bytes.hpp>

#include <cstdint>
#include <string_view>

namespace barnabas::differential {

/// A topic that both brokers have, each under its own id.
struct KnownTopic {
  std::string_view name;
  Both<Uuid> ids;
};

inline KnownTopic make_topic(World& world, std::string_view stem, std::int32_t partitions,
                             const Settings& settings = {}) {
  const std::string_view name = world.fresh(stem);
  return {name, world.create_topic(name, partitions, settings)};
}

/// The first version that names topics by id.
inline constexpr std::int16_t first_produce_by_id = 13;

/// One batch to one partition.
inline protocol::ProduceRequest produce_to(const KnownTopic& topic, std::int32_t partition,
                                           wire::RecordSegments records, Side side,
                                           std::int16_t version, std::int16_t acks = -1) {
  protocol::ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = 5000;
  auto& data = request.topic_data.emplace_back();
  if (version < first_produce_by_id) {
    data.name = topic.name;
  } else {
    data.topic_id = topic.ids[side];
  }
  auto& part = data.partition_data.emplace_back();
  part.index = partition;
  part.records = std::move(records);
  return request;
}

}  // namespace barnabas::differential
