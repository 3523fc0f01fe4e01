#include "client/src/core/producer/partition_chooser.hpp"

#include "client/src/core/producer/key_hash.hpp"

#include <algorithm>
#include <chrono>

namespace barnabas::client {

namespace {

constexpr std::uint64_t second_stream = 0x5DEECE66DULL;

StickyPartition::Options sticky_options(const ProducerSettings& settings) {
  StickyPartition::Options options;
  options.adaptive = settings.adaptive_partitioning;
  options.longest_turn = static_cast<std::size_t>(std::max(settings.batch_size, 1));
  options.turn_time = std::max(settings.linger, std::chrono::milliseconds(1));
  return options;
}

std::int32_t modulo(std::uint32_t hash, std::uint32_t partitions) {
  return static_cast<std::int32_t>(hash % partitions);
}

}  // namespace

PartitionChooser::PartitionChooser(const ProducerSettings& settings, std::uint64_t seed)
    : settings_(settings),
      keyless_is_sticky_(!settings.partitioner && settings.partitioning == Partitioning::java),
      sticky_(sticky_options(settings), seed),
      random_(seed ^ second_stream),
      turn_(static_cast<std::uint32_t>(seed)) {}

PartitionChooser::Choice PartitionChooser::choose(std::string_view topic, const RecordView& record,
                                                  std::int32_t partitions) {
  if (record.partition != any_partition) return {record.partition};
  if (settings_.partitioner) {
    const std::int32_t chosen = settings_.partitioner(topic, record, partitions);
    if (chosen != any_partition) return {chosen};
  }
  return by_scheme(record, static_cast<std::uint32_t>(partitions));
}

PartitionChooser::Choice PartitionChooser::by_scheme(const RecordView& record,
                                                     std::uint32_t partitions) {
  const bool has_key = record.key && !settings_.ignore_keys;
  const BytesView key = has_key ? *record.key : BytesView();
  const auto at_random = [&] {
    return Choice{static_cast<std::int32_t>(random_.below(partitions)), Choice::Kind::free};
  };
  switch (settings_.partitioning) {
    case Partitioning::java:
      if (!has_key) return {sticky_.current(), Choice::Kind::sticky};
      return {modulo(murmur2(key) & 0x7fffffff, partitions)};
    case Partitioning::round_robin:
      return {modulo(turn_.fetch_add(1, std::memory_order_relaxed) & 0x7fffffff, partitions),
              Choice::Kind::free};
    case Partitioning::random:
      return at_random();
    case Partitioning::consistent:
      return {modulo(crc32_ieee(key), partitions)};
    case Partitioning::consistent_random:
      if (key.empty()) return at_random();
      return {modulo(crc32_ieee(key), partitions)};
    case Partitioning::murmur2:
      return {modulo(murmur2(key) & 0x7fffffff, partitions)};
    case Partitioning::murmur2_random:
      if (!has_key) return at_random();
      return {modulo(murmur2(key) & 0x7fffffff, partitions)};
    case Partitioning::fnv1a:
      return {modulo(fnv1a_magnitude(key), partitions)};
    case Partitioning::fnv1a_random:
      if (!has_key) return at_random();
      return {modulo(fnv1a_magnitude(key), partitions)};
  }
  return at_random();
}

}  // namespace barnabas::client
