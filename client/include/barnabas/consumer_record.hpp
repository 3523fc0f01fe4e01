#pragma once

#include <barnabas/bytes.hpp>
#include <barnabas/detail/record_block.hpp>
#include <barnabas/headers_view.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas {

enum class TimestampType : std::uint8_t {
  create_time,      ///< Set by the producer.
  log_append_time,  ///< Set by the broker when it stored the record.
};

/// A record that was consumed: a view into what the broker sent.
/// Lifetime: what it returns is valid as long as this record, a copy of it, or the `Records` it
/// came from lives; that keeps the whole fetched data alive, so copy bytes out to keep few for
/// long. Copying allocates nothing. Thread-safety: immutable; distinct copies may be used from
/// several threads.
class ConsumerRecord {
 public:
  ConsumerRecord() = default;

  const std::string& topic() const noexcept { return range_->partition.topic; }
  std::int32_t partition() const noexcept { return range_->partition.partition; }
  const TopicPartition& topic_partition() const noexcept { return range_->partition; }
  std::int64_t offset() const noexcept { return entry_->offset; }
  /// -1 ms since 1970 when the record has none.
  std::chrono::sys_time<std::chrono::milliseconds> timestamp() const noexcept {
    return std::chrono::sys_time<std::chrono::milliseconds>(
        std::chrono::milliseconds(entry_->timestamp));
  }
  TimestampType timestamp_type() const noexcept {
    return entry_->log_append_time ? TimestampType::log_append_time : TimestampType::create_time;
  }
  /// The epoch of the leader that stored the record; nothing when the broker does not tell.
  std::optional<std::int32_t> leader_epoch() const noexcept {
    return entry_->leader_epoch < 0 ? std::nullopt : std::optional(entry_->leader_epoch);
  }

  bool has_key() const noexcept { return entry_->key_size >= 0; }
  bool has_value() const noexcept { return entry_->value_size >= 0; }
  /// The bytes as text; empty also when null.
  std::string_view key() const noexcept { return text(entry_->key, entry_->key_size); }
  std::string_view value() const noexcept { return text(entry_->value, entry_->value_size); }
  /// Nothing when null.
  std::optional<BytesView> key_bytes() const noexcept {
    return bytes(entry_->key, entry_->key_size);
  }
  std::optional<BytesView> value_bytes() const noexcept {
    return bytes(entry_->value, entry_->value_size);
  }

  HeadersView headers() const noexcept {
    return {{entry_->headers, static_cast<std::size_t>(entry_->headers_size)},
            entry_->header_count};
  }
  /// The last header with this key; nothing when there is none.
  std::optional<HeaderView> header(std::string_view key) const;

 private:
  friend class Consumer;
  friend class PartitionRecords;
  friend class Records;
  friend class RecordIterator;
  ConsumerRecord(std::shared_ptr<const detail::RecordBlock> block, const detail::RecordRange* range,
                 const detail::RecordEntry* entry)
      : block_(std::move(block)), range_(range), entry_(entry) {}

  static std::string_view text(const std::byte* data, std::int32_t size) noexcept {
    if (size <= 0) return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
  }
  static std::optional<BytesView> bytes(const std::byte* data, std::int32_t size) noexcept {
    if (size < 0) return std::nullopt;
    return BytesView(data, static_cast<std::size_t>(size));
  }

  std::shared_ptr<const detail::RecordBlock> block_;
  const detail::RecordRange* range_ = nullptr;
  const detail::RecordEntry* entry_ = nullptr;
};

}  // namespace barnabas
