#include "protocol/records/batch_validator.hpp"

#include "protocol/records/record_reader.hpp"
#include "protocol/wire/big_endian.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace barnabas::records {
namespace {

constexpr std::size_t frame_length_at = 8, frame_magic_at = 16;
constexpr std::int32_t least_length =
    static_cast<std::int32_t>(batch_header_size - batch_prefix_size);
constexpr std::int16_t first_produce_version_with_zstd = 7;
constexpr std::size_t decompression_ratio_limit = 256;

Validation refuse(ErrorCode code, std::string message) {
  Validation refused;
  refused.code = code;
  refused.message = std::move(message);
  return refused;
}

// What can be said from the first bytes: that they are one batch of the right format and size.
Validation check_frame(BytesView produced, const ValidationRules& rules) {
  if (produced.size() <= frame_magic_at) {
    return refuse(ErrorCode::invalid_record, "there is no record batch");
  }
  const auto magic = std::to_integer<std::int8_t>(produced.data()[frame_magic_at]);
  if (magic == 0 || magic == 1) {
    return refuse(ErrorCode::invalid_record,
                  "only record batches of magic 2 are taken, not magic " + std::to_string(magic));
  }
  // Kafka sees no batch at all where it is not whole.
  if (produced.size() < batch_header_size) {
    return refuse(ErrorCode::invalid_record, "the batch is cut short");
  }
  Result<BatchHeader> header = BatchHeader::parse(produced);
  if (!header) {
    const auto length = static_cast<std::int32_t>(
        wire::load_big_endian<std::uint32_t>(produced.data() + frame_length_at));
    const bool framed = magic == 2 && length >= least_length;
    Validation refused = refuse(framed ? ErrorCode::invalid_record : ErrorCode::corrupt_message,
                                header.error().context());
    refused.is_one_batch = framed;
    return refused;
  }
  const std::size_t size = header->total_size();
  if (size > produced.size()) {
    return refuse(ErrorCode::invalid_record, "the batch is cut short");
  }
  if (size < produced.size()) {
    return refuse(ErrorCode::invalid_record, "bytes follow the one batch that is allowed");
  }
  Validation framed;
  framed.header = *header;
  framed.is_one_batch = true;
  if (size > rules.max_batch_size) {
    return refuse(ErrorCode::message_too_large,
                  "the batch has " + std::to_string(size) + " bytes; " +
                      std::to_string(rules.max_batch_size) + " are allowed");
  }
  if (!crc_matches(produced)) {
    return refuse(ErrorCode::corrupt_message, "the checksum is wrong");
  }
  return framed;
}

// What the header claims, for itself. The error code, or none; `message` says why.
ErrorCode check_header(const BatchHeader& header, const ValidationRules& rules,
                       std::string& message) {
  if (header.is_control()) {
    message = "clients do not write control batches";
    return ErrorCode::invalid_record;
  }
  if (header.base_offset != 0) {
    message = "the batch begins at offset " + std::to_string(header.base_offset) + " and not at 0";
    return ErrorCode::invalid_record;
  }
  if (header.record_count < 1 || header.record_count - 1 != header.last_offset_delta) {
    message = "the batch counts " + std::to_string(header.record_count) +
              " records with a last offset delta of " + std::to_string(header.last_offset_delta);
    return ErrorCode::invalid_record;
  }
  if (header.has_producer_id() && (header.producer_epoch < 0 || header.base_sequence < 0)) {
    message = "a producer id needs an epoch and a sequence";
    return ErrorCode::invalid_record;
  }
  if (header.is_transactional() && !header.has_producer_id()) {
    message = "a transactional batch needs a producer id";
    return ErrorCode::invalid_record;
  }
  const Codec codec = header.codec();
  if (!is_available(codec)) {
    message = "codec " + std::to_string(static_cast<int>(codec)) + " is not supported";
    return ErrorCode::unsupported_compression_type;
  }
  if (codec == Codec::zstd && rules.produce_version < first_produce_version_with_zstd) {
    message = "zstd needs Produce version 7";
    return ErrorCode::unsupported_compression_type;
  }
  if (rules.check_timestamps && header.timestamp_type() == TimestampType::log_append_time) {
    message = "producers do not set the timestamp type to LogAppendTime";
    return ErrorCode::invalid_timestamp;
  }
  return ErrorCode::none;
}

std::size_t decompressed_limit(std::size_t compressed, const ValidationRules& rules) {
  return std::clamp(decompression_ratio_limit * compressed, rules.min_decompressed_limit,
                    std::max(rules.min_decompressed_limit, rules.max_decompressed_limit));
}

// Collects what is wrong with single records. A wrong timestamp decides the code, as in Kafka.
class RecordChecker {
 public:
  RecordChecker(const ValidationRules& rules, Validation& validation)
      : rules_(rules), validation_(validation) {}

  void check(std::int32_t index, const RecordView& record) {
    if (record.offset != validation_.header.base_offset + index) {
      add(index, ErrorCode::invalid_record, "has the wrong offset");
    }
    if (rules_.keys_required && !record.key) {
      add(index, ErrorCode::invalid_record, "has no key, which compaction needs");
    }
    if (rules_.check_timestamps && record.timestamp != -1 &&
        (record.timestamp < rules_.earliest || record.timestamp > rules_.latest)) {
      add(index, ErrorCode::invalid_timestamp,
          "has the timestamp " + std::to_string(record.timestamp) + ", which is out of range");
    }
    validation_.max_timestamp = std::max(validation_.max_timestamp, record.timestamp);
  }

  void add(std::int32_t index, ErrorCode code, const std::string& what) {
    if (validation_.code != ErrorCode::invalid_timestamp) validation_.code = code;
    if (validation_.record_errors.size() == max_record_errors) return;
    validation_.record_errors.push_back({index, "record " + std::to_string(index) + " " + what});
    if (validation_.message.empty()) validation_.message = validation_.record_errors[0].message;
  }

 private:
  const ValidationRules& rules_;
  Validation& validation_;
};

void check_records(BytesView records, const ValidationRules& rules, Validation& validation) {
  RecordReader reader(validation.header, records);
  RecordChecker checker(rules, validation);
  std::int32_t index = 0;
  for (RecordView record; reader.next(record); ++index) checker.check(index, record);
  if (!reader.failed()) return;
  // The bytes behind the failure mean nothing, so neither does what was noted before it.
  validation.record_errors.clear();
  validation.message.clear();
  validation.code = ErrorCode::none;
  checker.add(index, ErrorCode::invalid_record, "is malformed: " + reader.error().context());
}

}  // namespace

Validation validate_batch(BytesView produced, const ValidationRules& rules,
                          compression::Decompressor& decompressor, ByteBuffer& scratch) {
  Validation validation = check_frame(produced, rules);
  if (!validation.ok()) return validation;
  const BatchHeader& header = validation.header;
  validation.code = check_header(header, rules, validation.message);
  // Kafka refuses this codec already because of the request's version.
  if (header.codec() == Codec::zstd && rules.produce_version < first_produce_version_with_zstd) {
    validation.is_one_batch = false;
  }
  if (!validation.ok()) return validation;
  BytesView records = produced.span().subspan(batch_header_size);
  if (header.codec() != Codec::none) {
    scratch.clear();
    const Result<void> decompressed = decompressor.decompress(
        header.codec(), records, decompressed_limit(records.size(), rules), scratch);
    if (!decompressed) {
      validation.code = ErrorCode::invalid_record;
      validation.message = decompressed.error().context();
      return validation;
    }
    records = scratch.view();
  }
  check_records(records, rules, validation);
  return validation;
}

}  // namespace barnabas::records
