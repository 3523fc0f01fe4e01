#pragma once

#include "client/src/core/consumer/fetch/fetched_chunk.hpp"
#include "client/src/core/consumer/fetch/transaction_filter.hpp"
#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_reader.hpp"
#include "protocol/records/record_reader.hpp"

#include <barnabas/detail/record_block.hpp>
#include <barnabas/error.hpp>
#include <barnabas/isolation_level.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace barnabas::client {

/// Turns chunks into records: checks checksums, decompresses, leaves out control batches and
/// aborted transactions. This is the work that `poll` does on the caller's thread, without the
/// engine's lock. One compressed batch is open at a time, however many chunks wait. Thread-safety:
/// none; belongs to whoever polls.
class RecordDrain {
 public:
  struct Options {
    std::size_t max_records = 500;  ///< (max.poll.records)
    bool check_crcs = true;         ///< (check.crcs)
    IsolationLevel isolation = IsolationLevel::read_uncommitted;
    /// No further batch is opened for a block whose decompressed batches have this size.
    std::size_t max_decompressed_bytes = std::size_t{64} * 1024 * 1024;
  };
  /// Data that could not be read. Everything before it was handed out.
  struct Failure {
    TopicPartition partition;
    std::uint64_t generation = 0;
    Error error;
  };

  explicit RecordDrain(Options options) : options_(options) {}

  void add(FetchedChunk chunk) { chunks_.push_back(std::move(chunk)); }
  bool empty() const noexcept { return chunks_.empty(); }
  /// Whether a chunk of `partition` should be added for the next `decode`: there is need, and the
  /// partition would not come up twice.
  bool takes(const TopicPartition& partition) const noexcept;
  /// Everything not decoded yet, in order, so that it can be put back.
  std::vector<FetchedChunk> recall();

  /// Decodes at most max_records. A range without records says how far others were skipped. Stops
  /// at a failure. Nothing when there was nothing to do.
  std::shared_ptr<detail::RecordBlock> decode();
  std::optional<Failure> take_failure() { return std::exchange(failure_, std::nullopt); }
  bool has_failure() const noexcept { return failure_.has_value(); }
  /// Chunks that are done with; to be destroyed under the engine's lock.
  std::vector<FetchedChunk> take_finished() { return std::exchange(finished_, {}); }

 private:
  /// Where reading stands in the first chunk.
  struct Cursor {
    Cursor(const FetchedChunk& chunk, IsolationLevel isolation)
        : batches(chunk.data), transactions(chunk.aborted, isolation) {}
    records::BatchReader batches;
    TransactionFilter transactions;
    records::BatchView batch;  // that `records` reads
    std::size_t batch_at = 0;  // where it begins in the chunk
    std::optional<records::RecordReader> records;
    std::shared_ptr<ByteBuffer> storage;  // of the batch, when it is not read in place
  };

  bool has_room(const detail::RecordBlock& block) const noexcept;
  std::size_t records() const noexcept;
  records::OpenOptions open_options() const;
  void decode_chunk(detail::RecordBlock& block);
  static void begin_range(const FetchedChunk& chunk, detail::RecordBlock& block);
  bool open_next_batch(FetchedChunk& chunk, detail::RecordBlock& block);
  Error read_control_batch();
  bool read_batch(FetchedChunk& chunk, detail::RecordBlock& block);
  void skip_batch(FetchedChunk& chunk, detail::RecordBlock& block);
  void own_batch(const FetchedChunk& chunk, detail::RecordBlock& block);
  void fail(FetchedChunk& chunk, Error error);
  void finish_chunk();

  Options options_;
  compression::Decompressor decompressor_;
  std::deque<FetchedChunk> chunks_;
  std::optional<Cursor> cursor_;
  std::vector<FetchedChunk> finished_;
  std::optional<Failure> failure_;
  std::size_t decompressed_ = 0;  // bytes that the block under way keeps alive
};

}  // namespace barnabas::client
