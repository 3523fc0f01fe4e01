#pragma once

#include "protocol/base/time.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace barnabas::broker::storage {

/// The sequence number `steps` behind `sequence`; INT32_MAX is followed by 0.
constexpr std::int32_t add_sequence(std::int32_t sequence, std::int32_t steps) noexcept {
  constexpr std::int64_t count = std::int64_t{std::numeric_limits<std::int32_t>::max()} + 1;
  return static_cast<std::int32_t>((std::int64_t{sequence} + steps + count) % count);
}

/// What is remembered of a batch of an idempotent producer.
struct ProducedBatch {
  std::int32_t last_sequence = -1;
  std::int64_t last_offset = -1;
  std::int32_t offset_delta = 0;  ///< last - first, of offsets and of sequences.
  Timestamp timestamp = -1;       ///< The largest of the batch.

  std::int32_t first_sequence() const noexcept {
    return add_sequence(last_sequence, -offset_delta);
  }
  std::int64_t first_offset() const noexcept { return last_offset - offset_delta; }
  bool operator==(const ProducedBatch&) const = default;
};

/// What a partition knows of one producer.
struct ProducerEntry {
  /// Kafka promises duplicate detection over so many batches.
  static constexpr std::size_t window = 5;

  std::int16_t epoch = -1;
  std::vector<ProducedBatch> batches;          ///< The latest of this epoch, oldest first.
  std::int32_t coordinator_epoch = -1;         ///< Of the last transaction marker.
  std::int64_t transaction_first_offset = -1;  ///< Of the open transaction; -1 when there is none.
  Timestamp timestamp = -1;                    ///< Of the last batch or marker.

  std::int32_t last_sequence() const noexcept {
    return batches.empty() ? -1 : batches.back().last_sequence;
  }
  bool operator==(const ProducerEntry&) const = default;
};

}  // namespace barnabas::broker::storage
