#pragma once

#include "broker/src/core/storage/log_manager.hpp"
#include "broker/src/io/memory_disk.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/base/random.hpp"
#include "protocol/records/batch_header.hpp"
#include "tests/support/batches.hpp"

#include <barnabas/bytes.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// A data folder in memory and its manager, for tests of the log storage.

namespace barnabas::test {

using Bytes = std::vector<std::byte>;

/// What makes batches differ.
struct BatchOptions {
  std::int32_t records = 1;
  std::size_t value_size = 10;
  Timestamp timestamp = 1000;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = 0;
  std::int32_t base_sequence = 0;
  bool transactional = false;
  Compression compression = {};
};

/// A batch as a producer sends it; the values begin with `text`.
inline Bytes batch(std::string_view text, const BatchOptions& options = {}) {
  std::vector<OwnedRecord> records;
  for (std::int32_t at = 0; at < options.records; ++at) {
    std::string value = std::string(text) + "-" + std::to_string(at);
    value.resize(std::max(value.size(), options.value_size), '.');
    records.push_back({at, options.timestamp, std::nullopt, std::move(value), {}});
  }
  records::ProducerStamp stamp;
  if (options.producer_id >= 0) {
    stamp = {options.producer_id, options.producer_epoch, options.base_sequence,
             options.transactional};
  }
  return make_batch(records, options.compression, stamp);
}

/// The batches that a read returned, one after the other.
inline Bytes content(const broker::storage::LogRead& read) {
  Bytes bytes;
  for (const broker::storage::LogPiece& piece : read.pieces) {
    bytes.insert(bytes.end(), piece.bytes.begin(), piece.bytes.end());
  }
  return bytes;
}

class StorageWorld {
 public:
  broker::io::MemoryDisk disk;
  broker::storage::StorageConfig config;
  std::vector<std::string> log_lines;
  Logger logger{[this](LogLevel, std::string_view line) { log_lines.emplace_back(line); }};
  Now now{Instant() + std::chrono::hours(1), 1'700'000'000'000};
  std::unique_ptr<broker::storage::LogManager> manager;

  StorageWorld() {
    config.new_cluster_id = Uuid(1, 2);
    config.disk_reserve_bytes = 0;
  }

  /// A new manager, opened; it has not heard of any sync yet.
  Result<void> open_only() {
    manager = std::make_unique<broker::storage::LogManager>(disk, config, logger);
    return manager->open(now);
  }
  /// Opened and running.
  void open() {
    open_only().value();
    settle();
  }
  /// Reports syncs until none is left.
  void settle() {
    while (disk.has_completions()) disk.deliver(now, *manager);
  }
  void advance(Duration time) {
    now.monotonic += time;
    now.wall += std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    manager->advance(now);
    settle();
  }
  /// A clean shutdown.
  void close() {
    manager->close(now);
    settle();
    manager.reset();
    disk.restart();
  }
  /// The process is killed: nothing that was written is lost.
  void kill() {
    manager.reset();
    disk.restart();
  }
  /// The power fails; everything that was not synced is lost, or any part of it.
  void cut_power() {
    manager.reset();
    disk.crash();
  }
  void cut_power(Random& random) {
    manager.reset();
    disk.crash(random);
  }

  void flip_bit(const std::string& path, std::uint64_t at, std::byte mask) {
    const auto file = disk.open(path, broker::storage::OpenMode::existing).value();
    std::byte byte{};
    disk.read(file, at, {&byte, 1}).value();
    byte ^= mask;
    const std::span<const std::byte> part(&byte, 1);
    disk.write(file, at, {&part, 1}).value();
    disk.close(file);
  }

  broker::storage::PartitionLog& create(std::string name = "t",
                                        broker::storage::TopicProperties properties = {}) {
    broker::storage::StoredTopic topic{name, Uuid(7, ++topics_), 1, std::move(properties)};
    manager->create_topic(now, std::move(topic)).value();
    settle();
    return *manager->log(name, 0);
  }
  broker::storage::PartitionLog& log(std::string_view topic = "t") {
    return *manager->log(topic, 0);
  }
  Result<broker::storage::Appended> append(Bytes bytes, std::string_view topic = "t") {
    return log(topic).append(now, {bytes, nullptr}, broker::storage::AppendOrigin::client);
  }
  /// Appends a batch and reports its syncs.
  broker::storage::Appended append(std::string_view text, const BatchOptions& options = {}) {
    const broker::storage::Appended appended = append(batch(text, options)).value();
    settle();
    return appended;
  }
  /// All batches from `offset` on.
  Bytes read_all(std::int64_t offset = 0, std::string_view topic = "t",
                 broker::storage::ReadUpTo limit = broker::storage::ReadUpTo::log_end) {
    Bytes all;
    for (;;) {
      const broker::storage::LogRead read = log(topic).read(offset, 1 << 20, limit).value();
      if (read.size == 0) return all;
      const Bytes bytes = content(read);
      all.insert(all.end(), bytes.begin(), bytes.end());
      offset = read.next_offset;
    }
  }

 private:
  std::uint64_t topics_ = 0;
};

}  // namespace barnabas::test
