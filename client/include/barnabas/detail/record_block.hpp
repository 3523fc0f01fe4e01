#pragma once

#include <barnabas/topic_partition.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace barnabas::detail {

/// Where the parts of one record lie. Sizes are -1 for null.
struct RecordEntry {
  std::int64_t offset = 0;
  std::int64_t timestamp = -1;
  const std::byte* key = nullptr;
  const std::byte* value = nullptr;
  const std::byte* headers = nullptr;
  std::int32_t key_size = -1;
  std::int32_t value_size = -1;
  std::int32_t header_count = 0;
  std::int32_t headers_size = 0;
  std::int32_t leader_epoch = -1;
  bool log_append_time = false;
};

/// The records of one partition: entries [first, last) of the block.
struct RecordRange {
  TopicPartition partition;
  std::size_t first = 0;
  std::size_t last = 0;
  /// Where reading goes on: behind the records and behind what was skipped after them.
  std::int64_t next_offset = 0;
  std::optional<std::int32_t> leader_epoch;
  /// Which assignment and position of the partition the records belong to.
  std::uint64_t generation = 0;
};

/// What one poll hands out, with everything that the entries point into.
struct RecordBlock {
  std::vector<RecordRange> ranges;
  std::vector<RecordEntry> entries;
  std::vector<std::shared_ptr<const void>> owners;
};

}  // namespace barnabas::detail
