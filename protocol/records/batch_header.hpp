#pragma once

#include "protocol/base/time.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/compression.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace barnabas::records {

inline constexpr std::size_t batch_header_size = 61;
/// Base offset and length, which stand before what batch_length counts; common to all magics.
inline constexpr std::size_t batch_prefix_size = 12;

enum class TimestampType : std::uint8_t { create_time = 0, log_append_time = 1 };

/// The bits of a batch's attributes.
namespace attribute {
inline constexpr std::int16_t codec_mask = 0x07;
inline constexpr std::int16_t log_append_time = 0x08;
inline constexpr std::int16_t transactional = 0x10;
inline constexpr std::int16_t control = 0x20;
inline constexpr std::int16_t delete_horizon = 0x40;
}  // namespace attribute

/// The fixed part of a magic 2 batch.
struct BatchHeader {
  std::int64_t base_offset = 0;
  std::int32_t batch_length = 0;  ///< Bytes behind this field: total - 12.
  std::int32_t partition_leader_epoch = -1;
  std::int8_t magic = 2;
  std::uint32_t crc = 0;
  std::int16_t attributes = 0;
  std::int32_t last_offset_delta = 0;
  Timestamp base_timestamp = -1;  ///< The delete horizon when that attribute is set.
  Timestamp max_timestamp = -1;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  std::int32_t record_count = 0;

  /// Reads the header at the front of `bytes` and checks it by itself: magic 2, a length of at
  /// least the header's, no negative offset, count or offset delta. Checks neither the CRC nor that
  /// the whole batch is there. Errors: corrupt_message.
  static Result<BatchHeader> parse(BytesView bytes);
  /// Writes all fields as they are.
  void write(std::span<std::byte, batch_header_size> out) const noexcept;

  std::size_t total_size() const noexcept {
    return batch_prefix_size + static_cast<std::size_t>(batch_length);
  }
  std::int64_t last_offset() const noexcept { return base_offset + last_offset_delta; }
  /// Where a reader goes on, also when compaction removed records.
  std::int64_t next_offset() const noexcept { return last_offset() + 1; }
  /// The sequence of the last record; sequences go from INT32_MAX to 0. -1 without base_sequence.
  std::int32_t last_sequence() const noexcept;
  bool has_producer_id() const noexcept { return producer_id >= 0; }

  /// May hold a number that no codec has.
  Codec codec() const noexcept { return static_cast<Codec>(attributes & attribute::codec_mask); }
  TimestampType timestamp_type() const noexcept {
    return has(attribute::log_append_time) ? TimestampType::log_append_time
                                           : TimestampType::create_time;
  }
  bool is_transactional() const noexcept { return has(attribute::transactional); }
  bool is_control() const noexcept { return has(attribute::control); }
  bool has_delete_horizon() const noexcept { return has(attribute::delete_horizon); }
  bool has(std::int16_t bit) const noexcept { return (attributes & bit) != 0; }

  bool operator==(const BatchHeader&) const = default;
};

// The functions below take a whole batch whose header was parsed and whose length was checked.

/// Sets the offset of the first record; not under the CRC.
void set_base_offset(std::span<std::byte> batch, std::int64_t offset) noexcept;
/// Not under the CRC either.
void set_partition_leader_epoch(std::span<std::byte> batch, std::int32_t epoch) noexcept;
/// Sets the maximum timestamp and what timestamps mean, and renews the CRC. With log_append_time
/// `max_timestamp` becomes the time of all records.
void set_max_timestamp(std::span<std::byte> batch, TimestampType type,
                       Timestamp max_timestamp) noexcept;

/// CRC-32C of everything behind the crc field.
std::uint32_t compute_crc(BytesView batch) noexcept;
/// Whether the batch is as its writer left it.
bool crc_matches(BytesView batch) noexcept;

}  // namespace barnabas::records
