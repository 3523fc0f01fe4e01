#pragma once

#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Kafka's checkpoint files are text: a line with the version (0), one with the number of entries,
// one for each entry.

namespace barnabas::broker::storage {

/// An offset of each partition: recovery points, log start offsets, high watermarks.
using OffsetCheckpoint = std::map<TopicPartition, std::int64_t>;

/// Where the batches of a leader epoch begin.
struct EpochStart {
  std::int32_t epoch = 0;
  std::int64_t start_offset = 0;
  bool operator==(const EpochStart&) const = default;
};

/// "0\n1\norders 3 42\n".
std::string encode_offset_checkpoint(const OffsetCheckpoint& offsets);
/// Errors: malformed_message with the line.
Result<OffsetCheckpoint> decode_offset_checkpoint(std::string_view text);

/// leader-epoch-checkpoint: "0\n1\n5 42\n".
std::string encode_epoch_checkpoint(std::span<const EpochStart> epochs);
/// Errors: malformed_message with the line.
Result<std::vector<EpochStart>> decode_epoch_checkpoint(std::string_view text);

}  // namespace barnabas::broker::storage
