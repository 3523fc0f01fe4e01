#pragma once

#include "protocol/records/batch_reader.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

// Message sets of magic 0 and 1, which brokers may still hold from before Kafka 0.11. Read only.

namespace barnabas::records {

/// What of a BatchHeader an entry knows, see BatchView. Requires: `entry` is whole.
/// Errors: corrupt_message for a negative offset.
Result<BatchHeader> parse_legacy_header(BytesView entry);

/// Writes the messages of an entry to `storage` as magic 2 records, so that all that follows knows
/// one format only. Errors as open_batch.
Result<RecordReader> open_legacy_entry(const BatchView& entry,
                                       compression::Decompressor& decompressor, ByteBuffer& storage,
                                       const OpenOptions& options);

}  // namespace barnabas::records
