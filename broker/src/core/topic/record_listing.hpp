#pragma once

#include "broker/src/core/storage/partition_log.hpp"

#include <barnabas/result.hpp>
#include <barnabas/stored_record.hpp>

#include <vector>

namespace barnabas::broker {

/// Every record in `log`, decompressed and copied; no control records.
/// Errors: kafka_storage_error, corrupt_message, decompression_failed.
Result<std::vector<StoredRecord>> list_records(storage::PartitionLog& log);

}  // namespace barnabas::broker
