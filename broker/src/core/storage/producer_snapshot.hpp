#pragma once

#include "broker/src/core/storage/producer_state.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <string>

// The .snapshot file: the producers of a partition as of the offset in the file's name.
//
// Kafka's form keeps only the last batch of each producer, so that a retry of an earlier one of its
// five batches in flight would be refused after a restart. We keep all of them, behind what Kafka
// reads and under the same checksum:
//
//   int16 version = 1, uint32 crc of all that follows
//   int32 count, of each producer: int64 id, int16 epoch, int32 last sequence, int64 last offset,
//     int32 offset delta, int64 timestamp, int32 coordinator epoch, int64 transaction's offset
//   ours: uint32 mark, int32 count, of each producer that is not whole above: int64 id,
//     int32 count, of each of its batches, oldest first: int32 last sequence, int64 last offset,
//     int32 offset delta, int64 timestamp

namespace barnabas::broker::storage {

std::string encode_producer_snapshot(const ProducerState::Entries& entries);
/// Errors: malformed_message when the file is damaged, unsupported_version.
Result<ProducerState::Entries> decode_producer_snapshot(BytesView file);

}  // namespace barnabas::broker::storage
