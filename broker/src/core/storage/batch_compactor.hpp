#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/base/time.hpp"
#include "protocol/compression/compressor.hpp"
#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_reader.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/header_view.hpp>
#include <barnabas/result.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace barnabas::broker::storage {

/// How compaction judges one batch.
struct CompactionRules {
  /// Whether a record that has a key is the newest of it.
  std::function<bool(BytesView key, std::int64_t offset)> is_newest;
  Timestamp now = 0;
  std::int64_t delete_retention_ms = 0;
  /// The batch stays without records when all of them go: the producer's state hangs on it.
  bool keep_empty = false;
};

/// Leaves of a batch what compaction keeps: the newest record of each key, and of tombstones those
/// whose time has not come. A batch with a tombstone that stays gets its delete horizon (KIP-534):
/// from then on the tombstone goes. Base and last offset, sequence, producer and leader epoch stay
/// as they are, so that offsets keep their meaning.
/// Thread-safety: none.
class BatchCompactor {
 public:
  /// What stays of `batch`: the same bytes when all does, nothing when the batch goes. Control
  /// batches and transactional ones stay as they are.
  /// Lifetime: that of `batch`, or until the next call.
  /// Errors: corrupt_message and those of compression.
  Result<std::optional<BytesView>> compact(const records::BatchView& batch,
                                           const CompactionRules& rules);

 private:
  BytesView empty(const records::BatchHeader& header);
  Result<BytesView> rebuild(const records::BatchHeader& header, Timestamp base_timestamp);
  void seal(records::BatchHeader header);

  compression::Decompressor decompressor_;
  compression::Compressor compressor_;
  ByteBuffer storage_;
  std::vector<records::RecordView> kept_;
  std::vector<HeaderView> headers_;
  std::vector<std::byte> records_;
  std::vector<std::byte> result_;
};

}  // namespace barnabas::broker::storage
