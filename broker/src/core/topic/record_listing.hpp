#pragma once

#include "broker/src/core/storage/partition_log.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>
#include <barnabas/stored_record.hpp>

#include <functional>
#include <vector>

namespace barnabas::broker {

/// Gives all batches in `log` to `take`, some at a time; they are valid during the call.
/// Errors: kafka_storage_error, and those of `take`, which end it.
Result<void> read_whole(storage::PartitionLog& log,
                        const std::function<Result<void>(BytesView)>& take);

/// Every record in `log`, decompressed and copied; no control records.
/// Errors: kafka_storage_error, corrupt_message, decompression_failed.
Result<std::vector<StoredRecord>> list_records(storage::PartitionLog& log);

}  // namespace barnabas::broker
