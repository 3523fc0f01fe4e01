#pragma once

#include "protocol/base/crc32c.hpp"
#include "protocol/compression/compressor.hpp"
#include "protocol/records/chunk_chain.hpp"
#include "protocol/records/record.hpp"
#include "protocol/records/record_encoder.hpp"

#include <barnabas/compression.hpp>
#include <barnabas/result.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace barnabas::records {

/// Who produced a batch, for idempotence and transactions.
struct ProducerStamp {
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::int32_t base_sequence = -1;
  bool transactional = false;
};

enum class AppendResult {
  appended,
  batch_full,     ///< It would exceed the batch's largest size; finish and start another.
  out_of_memory,  ///< The allocator has no chunk now; the batch is as before.
};

/// Builds one magic 2 batch: `append` encodes each record once, straight into a chain of chunks.
///
/// States: open -> (finish) -> finished -> (reset) -> open. `append` needs open; `stamp` and
/// `segments` need finished.
/// Thread-safety: none. Lifetime: the allocator outlives the builder.
class BatchBuilder {
 public:
  /// `max_size`: how large the uncompressed batch may become in bytes, header included. A first
  /// record that is larger is taken nevertheless.
  BatchBuilder(ChunkAllocator& chunks, std::size_t max_size);
  BatchBuilder(BatchBuilder&&) noexcept = default;
  BatchBuilder& operator=(BatchBuilder&&) noexcept = default;

  /// No heap allocation besides the allocator's chunks and, now and then, the list of them.
  AppendResult append(const NewRecord& record) {
    if (record.headers.empty() && append_quickly(record.key, record.value, record.timestamp)) {
      return AppendResult::appended;
    }
    return append_anywhere(record);
  }
  /// Appends a record without headers if that is simple: it is not the batch's first, fits, and
  /// lies in one chunk. Otherwise nothing has changed, and `append` knows what to do.
  bool append_quickly(const std::optional<BytesView>& key, const std::optional<BytesView>& value,
                      Timestamp timestamp) noexcept {
    const std::size_t bound =
        (key ? key->size() : 0) + (value ? value->size() : 0) + plain_record_overhead;
    if (chain_.contiguous_room() < bound || record_count_ == 0 ||
        chain_.size() + bound > max_size_) {
      return false;
    }
    std::byte* const at = chain_.contiguous(bound);
    const std::byte* const end = encode_plain(at, key, value, since_base(timestamp), record_count_);
    ask_for_memory(at, end);
    chain_.advance(static_cast<std::size_t>(end - at));
    ++record_count_;
    max_timestamp_ = std::max(max_timestamp_, timestamp);
    return true;
  }
  /// As append_quickly for each of `records`, which have a `key` and a `value`, from the first on:
  /// until one is not simple, or `enough` bytes have been added. Returns how many were appended.
  template <class Record>
  std::size_t append_run(std::span<const Record> records, Timestamp timestamp,
                         std::size_t enough) noexcept {
    if (record_count_ == 0 || chain_.size() >= max_size_) return 0;
    const std::size_t room = std::min(chain_.contiguous_room(), max_size_ - chain_.size());
    std::byte* const start = chain_.contiguous(room);
    // In registers: behind a member every byte written might change it.
    std::byte* at = start;
    std::int32_t offset_delta = record_count_;
    const std::int64_t timestamp_delta = since_base(timestamp);
    for (const Record& record : records) {
      const std::size_t bound = (record.key ? record.key->size() : 0) +
                                (record.value ? record.value->size() : 0) + plain_record_overhead;
      if (room - static_cast<std::size_t>(at - start) < bound) break;
      std::byte* const end =
          encode_plain(at, record.key, record.value, timestamp_delta, offset_delta);
      ask_for_memory(at, end);
      at = end;
      ++offset_delta;
      if (static_cast<std::size_t>(at - start) >= enough) break;
    }
    const std::int32_t count = offset_delta - record_count_;
    if (count == 0) return 0;
    chain_.advance(static_cast<std::size_t>(at - start));
    record_count_ = offset_delta;
    max_timestamp_ = std::max(max_timestamp_, timestamp);
    return static_cast<std::size_t>(count);
  }

  /// How many bytes `record` would add.
  std::size_t size_of(const NewRecord& record) const noexcept;
  /// Bytes of the batch so far, header included; after `finish` bytes of the finished batch.
  std::size_t size() const noexcept { return chain_.size(); }
  /// Bytes before compression, header included.
  std::size_t uncompressed_size() const noexcept {
    return finished_ ? uncompressed_size_ : chain_.size();
  }
  /// Bytes taken from the allocator.
  std::size_t allocated_size() const noexcept { return chain_.capacity(); }
  std::size_t max_size() const noexcept { return max_size_; }
  bool empty() const noexcept { return record_count_ == 0; }
  std::int32_t record_count() const noexcept { return record_count_; }
  /// Of the first record; -1 while empty.
  Timestamp base_timestamp() const noexcept { return base_timestamp_; }
  Timestamp max_timestamp() const noexcept { return max_timestamp_; }

  /// Compresses, completes the header and computes the checksum; gives back chunks that are no
  /// longer needed. As in the Java client a batch stays compressed even where that made it larger.
  /// Only when it became larger and the allocator has no chunk for the excess, it is left
  /// uncompressed. Requires: open and not empty. Errors: as Compression::validate; the batch stays
  /// open then.
  Result<void> finish(const Compression& compression, compression::Compressor& compressor);
  bool finished() const noexcept { return finished_; }

  /// Sets the producer's fields and renews the checksum without reading the records again.
  /// Requires: finished, and no send of the batch under way. A retry must not change the stamp.
  void stamp(const ProducerStamp& stamp) noexcept;
  const ProducerStamp& producer_stamp() const noexcept { return stamp_; }

  /// The finished batch, without a copy. Lifetime: the list until the next call, its bytes until
  /// reset or destruction.
  std::span<const std::span<const std::byte>> segments() const noexcept {
    return chain_.segments();
  }

  /// Gives back all chunks and starts an empty batch.
  void reset() noexcept;

 private:
  AppendResult append_anywhere(const NewRecord& record);
  AppendResult append_first(const NewRecord& record);
  // Timestamps are the application's and may be anything: the difference wraps instead of
  // overflowing, and so does the sum that a reader forms.
  std::int64_t since_base(Timestamp time) const noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(time) -
                                     static_cast<std::uint64_t>(base_timestamp_));
  }
  // Where records will be soon: memory that a batch used before is in nobody's cache by now, and
  // the next lock would wait for it. As much of it as the record at `begin` took.
  static void ask_for_memory(const std::byte* begin, const std::byte* end) noexcept {
    constexpr std::size_t soon = 768;
    constexpr std::size_t most = 2048;
    constexpr std::size_t line = 64;
    __builtin_prefetch(end + soon, 1);
    __builtin_prefetch(end + soon + line, 1);
    const std::size_t size = std::min(static_cast<std::size_t>(end - begin), most);
    for (std::size_t ahead = 2 * line; ahead < size; ahead += line) {
      __builtin_prefetch(end + soon + ahead, 1);
    }
  }
  void replace_records(BytesView compressed, Codec codec);
  void write_header() noexcept;

  ChunkChain chain_;
  std::size_t max_size_;
  std::size_t uncompressed_size_ = 0;
  std::int32_t record_count_ = 0;
  Timestamp base_timestamp_ = -1;
  Timestamp max_timestamp_ = -1;
  Codec codec_ = Codec::none;
  std::uint32_t records_crc_ = 0;
  Crc32cLength records_size_;
  ProducerStamp stamp_;
  bool finished_ = false;
};

}  // namespace barnabas::records
