#include "protocol/records/control_record.hpp"

#include "protocol/records/record_encoder.hpp"
#include "protocol/wire/big_endian.hpp"

#include <span>

namespace barnabas::records {
namespace {

constexpr std::size_t key_size = 4;
constexpr std::size_t marker_size = 6;

Error corrupt(const RecordView& record, std::string_view what) {
  return {ErrorCode::corrupt_message, "the control record at offset " +
                                          std::to_string(record.offset) + " " + std::string(what)};
}

std::int16_t load_int16(const std::byte* at) {
  return static_cast<std::int16_t>(wire::load_big_endian<std::uint16_t>(at));
}

}  // namespace

// Newer versions of keys and values only append fields.
Result<ControlType> parse_control_type(const RecordView& record) {
  if (!record.key || record.key->size() < key_size || load_int16(record.key->data()) < 0) {
    return corrupt(record, "has no valid key");
  }
  return static_cast<ControlType>(load_int16(record.key->data() + 2));
}

Result<std::optional<EndTransactionMarker>> parse_end_transaction(const RecordView& record) {
  const Result<ControlType> type = parse_control_type(record);
  if (!type) return type.error();
  if (*type != ControlType::abort && *type != ControlType::commit) {
    return std::optional<EndTransactionMarker>();
  }
  if (!record.value || record.value->size() < marker_size || load_int16(record.value->data()) < 0) {
    return corrupt(record, "has no valid value");
  }
  EndTransactionMarker marker;
  marker.committed = *type == ControlType::commit;
  marker.coordinator_epoch =
      static_cast<std::int32_t>(wire::load_big_endian<std::uint32_t>(record.value->data() + 2));
  return std::optional(marker);
}

std::array<std::byte, end_transaction_batch_size> encode_end_transaction(
    const EndTransactionMarker& marker, std::int64_t producer_id, std::int16_t producer_epoch,
    Timestamp timestamp) noexcept {
  std::array<std::byte, key_size> key{};
  const ControlType type = marker.committed ? ControlType::commit : ControlType::abort;
  wire::store_big_endian(key.data() + 2, static_cast<std::uint16_t>(type));
  std::array<std::byte, marker_size> value{};
  wire::store_big_endian(value.data() + 2, static_cast<std::uint32_t>(marker.coordinator_epoch));

  NewRecord record;
  record.key = BytesView(key);
  record.value = BytesView(value);
  std::array<std::byte, end_transaction_batch_size> batch{};
  encode_record(FlatOutput(batch.data() + batch_header_size), record, body_size(record, 0, 0), 0,
                0);

  BatchHeader header;
  header.batch_length = static_cast<std::int32_t>(batch.size() - batch_prefix_size);
  header.attributes = attribute::control | attribute::transactional;
  header.base_timestamp = timestamp;
  header.max_timestamp = timestamp;
  header.producer_id = producer_id;
  header.producer_epoch = producer_epoch;
  header.record_count = 1;
  const std::span<std::byte, batch_header_size> front = std::span(batch).first<batch_header_size>();
  header.write(front);
  header.crc = compute_crc(batch);
  header.write(front);
  return batch;
}

}  // namespace barnabas::records
