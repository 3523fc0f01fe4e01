#pragma once

#include <barnabas/client_config.hpp>
#include <barnabas/compression.hpp>
#include <barnabas/partitioner.hpp>
#include <barnabas/result.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas {

/// When a record counts as stored (acks).
enum class Acks : std::int8_t {
  none = 0,    ///< As soon as it was handed to the network. Losses go unnoticed.
  leader = 1,  ///< When the partition's leader has it. Lost when the leader fails right after.
  all = -1,    ///< When all in-sync replicas have it.
};

/// What `send` does while the buffer memory is used up.
enum class WhenFull : std::uint8_t {
  wait,  ///< Blocks until there is room, up to max.block.ms; then the record fails with
         ///< buffer_full.
  fail,  ///< The record fails with buffer_full at once. Producer::room can be awaited.
};

/// A producer's configuration as plain values. Set through ProducerConfig.
struct ProducerSettings {
  ProducerSettings();

  ClientSettings client;
  Acks acks = Acks::all;
  std::optional<bool> idempotence;
  std::int32_t max_in_flight = 5;
  std::int32_t retries = std::numeric_limits<std::int32_t>::max();
  std::chrono::milliseconds linger{5};
  std::int32_t batch_size = 1'000'000;
  std::int32_t max_request_size = 1'048'576;
  std::int64_t buffer_memory = 32 * 1024 * 1024;
  WhenFull when_full = WhenFull::wait;
  std::chrono::milliseconds max_block{60'000};
  std::chrono::milliseconds delivery_timeout{120'000};
  Compression compression;
  std::optional<int> gzip_level;
  std::optional<int> lz4_level;
  std::optional<int> zstd_level;
  Partitioning partitioning = Partitioning::java;
  bool ignore_keys = false;
  bool adaptive_partitioning = true;
  std::chrono::milliseconds partition_availability_timeout{0};
  std::chrono::milliseconds metadata_max_idle{300'000};
  Partitioner partitioner;
};

/// A producer's configuration. The setters check nothing: making a producer does, and says which
/// property is out of which range, or which ones contradict each other. Names in the comments are
/// the properties of the Java client and, in brackets where it differs, of librdkafka;
/// `from_properties` accepts both. Defaults are those of the Java client 4 unless said otherwise.
/// Thread-safety: a value.
class ProducerConfig : public ClientConfig<ProducerConfig> {
 public:
  ProducerConfig() = default;

  /// From names and values; later entries win. Errors: unknown_property, naming the nearest key;
  /// invalid_property, naming the range.
  static Result<ProducerConfig> from_properties(const Properties& properties);
  /// From a file in Java's properties format. Errors: io_error, and as from_properties.
  static Result<ProducerConfig> from_file(const std::string& path);
  /// Sets one property by name. Errors: as from_properties; nothing is changed then.
  Result<void> set(std::string_view property, std::string_view value);
  /// Every property with its value, secrets hidden.
  Properties properties() const;
  /// Whether all values are in range and fit together. Errors: invalid_property.
  Result<void> validate() const;

  // --- Guarantees

  /// acks [request.required.acks]. Default all.
  ProducerConfig& acks(Acks acks) { return own_.acks = acks, *this; }
  /// enable.idempotence: retries neither duplicate nor reorder records. Needs acks=all, retries > 0
  /// and at most 5 requests in flight. Default on; when one of those is set otherwise, off with a
  /// warning. Asking for it explicitly beside such a setting is refused.
  ProducerConfig& idempotence(bool on) { return own_.idempotence = on, *this; }
  /// max.in.flight.requests.per.connection: requests that wait for their answers at one broker. 1
  /// to 1000 (5 with idempotence), default 5. Without idempotence, more than 1 lets retries
  /// reorder.
  ProducerConfig& max_in_flight(std::int32_t requests) {
    return own_.max_in_flight = requests, *this;
  }
  /// retries [message.send.max.retries]: further attempts after a retriable error. Best left alone:
  /// delivery_timeout bounds them. 0 to 2^31-1, default 2^31-1.
  ProducerConfig& retries(std::int32_t attempts) { return own_.retries = attempts, *this; }
  /// delivery.timeout.ms [message.timeout.ms]: how long after `send` a record may still be
  /// undelivered before it fails with delivery_timed_out. At least linger; 1 ms to 2^31-1 ms,
  /// default 2 min. Where it is shorter than request_timeout, it bounds requests as well.
  ProducerConfig& delivery_timeout(std::chrono::milliseconds limit) {
    return own_.delivery_timeout = limit, *this;
  }

  // --- Batches

  /// linger.ms [queue.buffering.max.ms]: how long a batch that is not full waits for more records.
  /// Batches also grow while their broker is busy. With 0 a thread that sends a record now and
  /// then, while nothing else is under way and the I/O thread sleeps, writes to the socket itself,
  /// as far as that takes no waiting: a wake less on the way. 0 to 900,000 ms, default 5 ms.
  ProducerConfig& linger(std::chrono::milliseconds time) { return own_.linger = time, *this; }
  /// batch.size: how large a batch may become before compression, in bytes. Memory is taken as it
  /// grows, so a large value costs quiet partitions nothing. 1 to 2^31-1, at most
  /// max_request_size; default 1,000,000 (as librdkafka; Java: 16,384), because large batches are
  /// most of a fast producer and a broker's default message.max.bytes allows it.
  ProducerConfig& batch_size(std::int32_t bytes) { return own_.batch_size = bytes, *this; }
  /// max.request.size [message.max.bytes]: most record data in one request, and so the largest
  /// record before compression. 1000 to 2^31-1, default 1 MiB.
  ProducerConfig& max_request_size(std::int32_t bytes) {
    return own_.max_request_size = bytes, *this;
  }
  /// compression.type [compression.codec] and compression.level; compression.gzip.level,
  /// compression.lz4.level and compression.zstd.level apply to their codec where the compression
  /// has no level of its own. Default none.
  ProducerConfig& compression(Compression compression) {
    return own_.compression = compression, *this;
  }

  // --- Memory

  /// buffer.memory [queue.buffering.max.kbytes, in KiB]: everything that waits to be delivered, in
  /// bytes, overhead included; never exceeded. Larger records than this fail with
  /// message_too_large. 64 KiB to 2^40, default 32 MiB.
  ProducerConfig& buffer_memory(std::int64_t bytes) { return own_.buffer_memory = bytes, *this; }
  /// when.full: what `send` does when it is used up. Default wait.
  ProducerConfig& when_full(WhenFull action) { return own_.when_full = action, *this; }
  /// max.block.ms: the longest that `send` waits for memory, and the longest that records wait for
  /// a topic of which no metadata can be had. 0 to 2^31-1 ms, default 1 min.
  ProducerConfig& max_block(std::chrono::milliseconds limit) {
    return own_.max_block = limit, *this;
  }

  // --- Partitions

  /// partitioner, partitioner.class. Default java.
  ProducerConfig& partitioning(Partitioning scheme) { return own_.partitioning = scheme, *this; }
  /// A partitioner in code; it comes before the scheme. Default: none.
  ProducerConfig& partitioner(Partitioner function) {
    return own_.partitioner = std::move(function), *this;
  }
  /// partitioner.ignore.keys: records with keys are spread as those without. Default false.
  ProducerConfig& ignore_keys(bool ignore) { return own_.ignore_keys = ignore, *this; }
  /// partitioner.adaptive.partitioning.enable: sticky choices prefer partitions with less data
  /// waiting. Default true.
  ProducerConfig& adaptive_partitioning(bool on) { return own_.adaptive_partitioning = on, *this; }
  /// partitioner.availability.timeout.ms: sticky choices avoid partitions that have had data ready
  /// for so long without being able to send. 0: never avoided. 0 to 2^31-1 ms, default 0.
  ProducerConfig& partition_availability_timeout(std::chrono::milliseconds limit) {
    return own_.partition_availability_timeout = limit, *this;
  }
  /// metadata.max.idle.ms: metadata of a topic is no longer refreshed when nothing was sent to it
  /// for so long. 5000 to 2^31-1 ms, default 5 min.
  ProducerConfig& metadata_max_idle(std::chrono::milliseconds limit) {
    return own_.metadata_max_idle = limit, *this;
  }

  /// Everything in one value, the common part included.
  ProducerSettings settings() const {
    ProducerSettings all = own_;
    all.client = client_;
    return all;
  }

 private:
  void assign(ProducerSettings all) {
    client_ = std::move(all.client);
    own_ = std::move(all);
  }

  ProducerSettings own_;  // but for `client`, which the base holds
};

}  // namespace barnabas
