#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/base/time.hpp"
#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_header.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace barnabas::records {

/// What a broker demands of a produced batch.
struct ValidationRules {
  std::int16_t produce_version = 7;      ///< zstd needs 7.
  std::size_t max_batch_size = 1048588;  ///< max.message.bytes
  bool keys_required = false;            ///< cleanup.policy=compact
  bool check_timestamps = true;          ///< false with message.timestamp.type=LogAppendTime
  Timestamp earliest =
      std::numeric_limits<Timestamp>::min();  ///< now - message.timestamp.before.max.ms
  Timestamp latest =
      std::numeric_limits<Timestamp>::max();  ///< now + message.timestamp.after.max.ms
  /// The largest decompressed size is 256 times the compressed one, but at least the first and at
  /// most the second number of bytes.
  std::size_t min_decompressed_limit = std::size_t{16} << 20;
  std::size_t max_decompressed_limit = std::size_t{64} << 20;
};

/// A record that caused the refusal of its batch (KIP-467).
struct RecordError {
  std::int32_t batch_index = 0;  ///< Which record of the batch, from 0.
  std::string message;
};

/// The outcome: `code` is none for an acceptable batch, else what the ProduceResponse carries.
struct Validation {
  ErrorCode code = ErrorCode::none;
  std::string message;                     ///< For ErrorMessage; empty when accepted.
  bool is_one_batch = false;               ///< Whether the bytes are one batch to look into at all.
  std::vector<RecordError> record_errors;  ///< The first few, at most max_record_errors.
  BatchHeader header;                      ///< Filled in when accepted.
  /// The largest timestamp of the records. A header that claims another one needs
  /// set_max_timestamp.
  Timestamp max_timestamp = -1;

  bool ok() const noexcept { return code == ErrorCode::none; }
};

inline constexpr std::size_t max_record_errors = 16;

/// Checks produced data as Kafka's LogValidator does: exactly one whole batch of magic 2 within the
/// size limit, CRC, no control batch, a known codec, a count that is positive and equals the last
/// offset delta + 1, a sequence where there is a producer id; and of each record structure, offset
/// delta, key and timestamp. `scratch` receives decompressed records and is overwritten.
Validation validate_batch(BytesView produced, const ValidationRules& rules,
                          compression::Decompressor& decompressor, ByteBuffer& scratch);

}  // namespace barnabas::records
