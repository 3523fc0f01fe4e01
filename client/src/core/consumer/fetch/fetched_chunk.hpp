#pragma once

#include "client/src/core/consumer/positions/position.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace barnabas::client {

/// A transaction whose records readers of committed data must not see (protocol 3.5).
struct AbortedTransaction {
  std::int64_t producer_id = -1;
  std::int64_t first_offset = 0;

  friend bool operator==(const AbortedTransaction&, const AbortedTransaction&) = default;
};

/// Adds to a sum of bytes as long as it lives: the memory of one response, shared by its chunks.
class ByteCharge {
 public:
  ByteCharge(std::size_t& sum, std::size_t bytes) : sum_(sum), bytes_(bytes) { sum_ += bytes_; }
  ByteCharge(const ByteCharge&) = delete;
  ByteCharge& operator=(const ByteCharge&) = delete;
  ~ByteCharge() { sum_ -= bytes_; }

 private:
  std::size_t& sum_;
  std::size_t bytes_;
};

/// What one response holds for one partition: batches as the broker sent them, neither checked nor
/// decompressed.
struct FetchedChunk {
  TopicPartition partition;
  std::uint64_t generation = 0;             ///< Of the partition's state when it was asked for.
  std::uint64_t sequence = 0;               ///< Order of arrival over all partitions.
  BytesView data;                           ///< The last batch may be cut short.
  std::vector<AbortedTransaction> aborted;  ///< By first offset.
  std::int64_t start = 0;                   ///< Records below are not wanted.
  Position end;                             ///< Behind the last whole batch.
  std::size_t records = 0;                  ///< As the batch headers claim.
  bool damaged = false;                     ///< A batch header behind `end` makes no sense.
  std::shared_ptr<const void> frame;        ///< Keeps `data` alive.
  /// Let go of it under the engine's lock only.
  std::shared_ptr<ByteCharge> charge;
};

}  // namespace barnabas::client
