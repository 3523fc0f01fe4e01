#pragma once

#include <barnabas/record.hpp>

#include <cstdint>
#include <functional>
#include <string_view>

namespace barnabas {

/// How records without an explicit partition are spread over the partitions of their topic
/// (`partitioner`, and Java's `partitioner.class`). Programs that write the same keys to one topic
/// must agree on it.
///
/// | value             | key present        | key null | known as                               |
/// |-------------------|--------------------|----------|----------------------------------------|
/// | java              | murmur2            | sticky   | the Java client's default (KIP-794)    |
/// | round_robin       | in turn            | in turn  | Java's RoundRobinPartitioner           |
/// | random            | random             | random   | librdkafka's random                    |
/// | consistent        | CRC-32             | CRC-32   | librdkafka's consistent                |
/// | consistent_random | CRC-32, not empty  | random   | librdkafka's default                   |
/// | murmur2           | murmur2            | murmur2  | librdkafka's murmur2                   |
/// | murmur2_random    | murmur2            | random   | librdkafka's murmur2_random            |
/// | fnv1a             | FNV-1a             | FNV-1a   | librdkafka's fnv1a; sarama for keys    |
/// | fnv1a_random      | FNV-1a             | random   | librdkafka's fnv1a_random              |
///
/// Where a null key is hashed it counts as empty. An empty key is hashed as such, but by
/// consistent_random, which takes it for null as librdkafka does.
/// Sticky means staying with one partition for a while, so that batches fill, then going on with
/// another at random: after 16 KiB or more, longer the more is sent, but never after more than
/// batch.size bytes. Partitions whose brokers are slow are chosen less often (see
/// ProducerConfig::adaptive_partitioning).
enum class Partitioning : std::uint8_t {
  java,
  round_robin,
  random,
  consistent,
  consistent_random,
  murmur2,
  murmur2_random,
  fnv1a,
  fnv1a_random,
};

/// A partitioner of your own: the partition for a record, from 0 to `partitions` - 1, or
/// `any_partition` to leave it to the configured Partitioning. Any other number fails the record
/// with invalid_argument. Records with an explicit partition do not come here.
/// Called on the sending thread, possibly on several at once; on the I/O thread for records that
/// were sent before the topic's metadata was known. It must not throw.
using Partitioner = std::function<std::int32_t(std::string_view topic, const RecordView& record,
                                               std::int32_t partitions)>;

}  // namespace barnabas
