#include "protocol/records/batch_header.hpp"

#include "protocol/base/crc32c.hpp"
#include "protocol/wire/big_endian.hpp"

#include <limits>
#include <string>
#include <type_traits>

namespace barnabas::records {
namespace {

// Where each field stands.
enum Field : std::size_t {
  base_offset_at = 0,
  batch_length_at = 8,
  partition_leader_epoch_at = 12,
  magic_at = 16,
  crc_at = 17,
  attributes_at = 21,
  last_offset_delta_at = 23,
  base_timestamp_at = 27,
  max_timestamp_at = 35,
  producer_id_at = 43,
  producer_epoch_at = 51,
  base_sequence_at = 53,
  record_count_at = 57,
};

template <class Integer>
void load(const std::byte* batch, Field at, Integer& value) {
  value = static_cast<Integer>(wire::load_big_endian<std::make_unsigned_t<Integer>>(batch + at));
}

template <class Integer>
void store(std::byte* batch, Field at, Integer value) {
  wire::store_big_endian(batch + at, static_cast<std::make_unsigned_t<Integer>>(value));
}

Error corrupt(std::int64_t offset, const std::string& what) {
  return {ErrorCode::corrupt_message,
          "the batch at offset " + std::to_string(offset) + " has " + what};
}

void renew_crc(std::span<std::byte> batch) { store(batch.data(), crc_at, compute_crc(batch)); }

}  // namespace

Result<BatchHeader> BatchHeader::parse(BytesView bytes) {
  if (bytes.size() < batch_header_size) {
    return Error(ErrorCode::corrupt_message,
                 std::to_string(bytes.size()) + " bytes are too few for a batch header");
  }
  BatchHeader header;
  const std::byte* const data = bytes.data();
  load(data, base_offset_at, header.base_offset);
  load(data, batch_length_at, header.batch_length);
  load(data, partition_leader_epoch_at, header.partition_leader_epoch);
  load(data, magic_at, header.magic);
  load(data, crc_at, header.crc);
  load(data, attributes_at, header.attributes);
  load(data, last_offset_delta_at, header.last_offset_delta);
  load(data, base_timestamp_at, header.base_timestamp);
  load(data, max_timestamp_at, header.max_timestamp);
  load(data, producer_id_at, header.producer_id);
  load(data, producer_epoch_at, header.producer_epoch);
  load(data, base_sequence_at, header.base_sequence);
  load(data, record_count_at, header.record_count);

  const std::int64_t offset = header.base_offset;
  if (offset < 0) return corrupt(offset, "a negative offset");
  if (header.magic != 2) return corrupt(offset, "magic " + std::to_string(header.magic));
  if (header.batch_length < static_cast<std::int32_t>(batch_header_size - batch_prefix_size)) {
    return corrupt(offset, "the length " + std::to_string(header.batch_length));
  }
  if (header.record_count < 0) {
    return corrupt(offset, "the record count " + std::to_string(header.record_count));
  }
  if (header.last_offset_delta < 0 ||
      offset >= std::numeric_limits<std::int64_t>::max() - header.last_offset_delta) {
    return corrupt(offset, "the last offset delta " + std::to_string(header.last_offset_delta));
  }
  return header;
}

void BatchHeader::write(std::span<std::byte, batch_header_size> out) const noexcept {
  std::byte* const data = out.data();
  store(data, base_offset_at, base_offset);
  store(data, batch_length_at, batch_length);
  store(data, partition_leader_epoch_at, partition_leader_epoch);
  store(data, magic_at, magic);
  store(data, crc_at, crc);
  store(data, attributes_at, attributes);
  store(data, last_offset_delta_at, last_offset_delta);
  store(data, base_timestamp_at, base_timestamp);
  store(data, max_timestamp_at, max_timestamp);
  store(data, producer_id_at, producer_id);
  store(data, producer_epoch_at, producer_epoch);
  store(data, base_sequence_at, base_sequence);
  store(data, record_count_at, record_count);
}

std::int32_t BatchHeader::last_sequence() const noexcept {
  if (base_sequence < 0) return -1;
  const std::int64_t last = std::int64_t{base_sequence} + last_offset_delta;
  constexpr std::int64_t sequences = std::int64_t{std::numeric_limits<std::int32_t>::max()} + 1;
  return static_cast<std::int32_t>(last % sequences);
}

void set_base_offset(std::span<std::byte> batch, std::int64_t offset) noexcept {
  store(batch.data(), base_offset_at, offset);
}

void set_partition_leader_epoch(std::span<std::byte> batch, std::int32_t epoch) noexcept {
  store(batch.data(), partition_leader_epoch_at, epoch);
}

void set_max_timestamp(std::span<std::byte> batch, TimestampType type,
                       Timestamp max_timestamp) noexcept {
  std::int16_t attributes = 0;
  load(batch.data(), attributes_at, attributes);
  const bool append_time = type == TimestampType::log_append_time;
  attributes = static_cast<std::int16_t>((attributes & ~attribute::log_append_time) |
                                         (append_time ? attribute::log_append_time : 0));
  store(batch.data(), attributes_at, attributes);
  store(batch.data(), max_timestamp_at, max_timestamp);
  renew_crc(batch);
}

std::uint32_t compute_crc(BytesView batch) noexcept {
  return crc32c(batch.span().subspan(attributes_at));
}

bool crc_matches(BytesView batch) noexcept {
  std::uint32_t crc = 0;
  load(batch.data(), crc_at, crc);
  return crc == compute_crc(batch);
}

}  // namespace barnabas::records
