#pragma once

#include "client/src/core/consumer/fetch/fetched_chunk.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace barnabas::client {

class PartitionState;

/// What was fetched and waits for the application, over all partitions: in the order of arrival,
/// so that the memory of a response is given back as early as possible, and with the number of
/// bytes. A response counts with all of its bytes until the last of its chunks is gone. Lifetime:
/// outlives the chunks. Thread-safety: none.
class Prefetched {
 public:
  /// What the chunks of one response share.
  std::shared_ptr<ByteCharge> charge(std::size_t bytes) {
    return std::make_shared<ByteCharge>(bytes_, bytes);
  }
  std::size_t bytes() const noexcept { return bytes_; }

  /// Appends a chunk to the state's buffer and numbers it.
  void add(PartitionState& state, FetchedChunk chunk);
  /// The partition whose chunk `take` would return: the oldest chunk of a deliverable one.
  const PartitionState* next() const;
  /// Requires: next().
  FetchedChunk take();
  /// Puts a chunk that was taken before what is buffered of its partition.
  void put_back(PartitionState& state, FetchedChunk chunk);
  void drop(PartitionState& state);

 private:
  void index(PartitionState& state);
  void unindex(const PartitionState& state);

  std::size_t bytes_ = 0;
  std::map<std::uint64_t, PartitionState*> fronts_;  // by the sequence of the buffer's first chunk
  std::uint64_t last_sequence_ = 0;
};

}  // namespace barnabas::client
