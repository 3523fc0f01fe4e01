#pragma once

#include <cstdint>

namespace barnabas {

/// What a producer has done since it was made, and what it holds now. A snapshot.
/// Thread-safety: a value.
struct ProducerMetrics {
  std::uint64_t records_sent = 0;       ///< Accepted by `send`.
  std::uint64_t records_delivered = 0;  ///< Acknowledged as configured.
  std::uint64_t records_failed = 0;     ///< Accepted, and reported with an error.
  std::uint64_t records_rejected = 0;   ///< Not even accepted.
  std::uint64_t bytes_delivered = 0;    ///< Of batches, compressed.
  std::uint64_t batches_delivered = 0;
  std::uint64_t batches_split = 0;  ///< Cut in two because the broker found them too large.
  std::uint64_t requests = 0;
  std::uint64_t retries = 0;         ///< Batches sent again.
  std::uint64_t epoch_bumps = 0;     ///< New producer epochs or ids, to get over a lost sequence.
  std::uint64_t records_queued = 0;  ///< Accepted and without outcome now.
  std::uint64_t buffer_used = 0;     ///< Bytes of buffer.memory in use now.
  std::uint64_t buffer_size = 0;     ///< buffer.memory.

  ProducerMetrics() = default;

  friend bool operator==(const ProducerMetrics&, const ProducerMetrics&) = default;
};

}  // namespace barnabas
