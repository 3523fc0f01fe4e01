#include "protocol/records/batch_builder.hpp"

#include "protocol/records/batch_header.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

namespace barnabas::records {
namespace {

constexpr std::size_t largest_batch = std::numeric_limits<std::int32_t>::max();

// The output of encode_record where a record does not fit into what is left of a chunk.
class ChainOutput {
 public:
  explicit ChainOutput(ChunkChain& chain) noexcept : chain_(chain) {}
  void uvarint(std::uint64_t value) noexcept {
    std::array<std::byte, wire::max_varlong_size> text;
    const std::byte* const end = wire::write_uvarint(text.data(), value);
    chain_.put({text.data(), static_cast<std::size_t>(end - text.data())});
  }
  void byte(std::byte value) noexcept { chain_.put({&value, 1}); }
  void bytes(BytesView value) noexcept { chain_.put(value); }

 private:
  ChunkChain& chain_;
};

}  // namespace

BatchBuilder::BatchBuilder(ChunkAllocator& chunks, std::size_t max_size)
    : chain_(chunks), max_size_(std::min(max_size, largest_batch)) {}

AppendResult BatchBuilder::append_anywhere(const NewRecord& record) {
  assert(!finished_);
  if (empty()) return append_first(record);
  const std::int64_t timestamp_delta = since_base(record.timestamp);
  const std::size_t bound = size_bound(record);
  std::byte* const at = chain_.contiguous(bound);
  if (at != nullptr && chain_.size() + bound <= max_size_) {
    const std::byte* const end = encode_bounded(at, record, bound, timestamp_delta, record_count_);
    chain_.advance(static_cast<std::size_t>(end - at));
  } else {
    const std::size_t body = body_size(record, timestamp_delta, record_count_);
    const std::size_t size = prefixed_size(body);
    if (chain_.size() + size > max_size_) return AppendResult::batch_full;
    if (!chain_.make_room(size)) return AppendResult::out_of_memory;
    encode_record(ChainOutput(chain_), record, body, timestamp_delta, record_count_);
  }
  ++record_count_;
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  return AppendResult::appended;
}

AppendResult BatchBuilder::append_first(const NewRecord& record) {
  const std::size_t body = body_size(record, 0, 0);
  const std::size_t size = prefixed_size(body);
  if (size > largest_batch - batch_header_size) return AppendResult::batch_full;
  if (!chain_.make_room(batch_header_size + size)) return AppendResult::out_of_memory;
  chain_.advance(batch_header_size);
  encode_record(ChainOutput(chain_), record, body, 0, 0);
  base_timestamp_ = record.timestamp;
  max_timestamp_ = record.timestamp;
  record_count_ = 1;
  return AppendResult::appended;
}

std::size_t BatchBuilder::size_of(const NewRecord& record) const noexcept {
  if (empty()) return single_record_batch_size(record);
  return encoded_size(record, since_base(record.timestamp), record_count_);
}

Result<void> BatchBuilder::finish(const Compression& compression,
                                  compression::Compressor& compressor) {
  assert(!finished_ && !empty());
  uncompressed_size_ = chain_.size();
  if (compression.codec() != Codec::none) {
    const Result<BytesView> compressed =
        compressor.compress(compression, chain_.segments(batch_header_size));
    if (!compressed) return compressed.error();
    replace_records(*compressed, compression.codec());
  }
  chain_.trim();
  records_crc_ = 0;
  for (const std::span<const std::byte> segment : chain_.segments(batch_header_size)) {
    records_crc_ = crc32c(segment, records_crc_);
  }
  records_size_ = Crc32cLength(chain_.size() - batch_header_size);
  finished_ = true;
  write_header();
  return {};
}

void BatchBuilder::replace_records(BytesView compressed, Codec codec) {
  const std::size_t size = batch_header_size + compressed.size();
  if (size > chain_.size() && !chain_.make_room(size - chain_.size())) return;
  chain_.truncate(batch_header_size);
  chain_.put(compressed);
  codec_ = codec;
}

void BatchBuilder::stamp(const ProducerStamp& stamp) noexcept {
  assert(finished_);
  stamp_ = stamp;
  write_header();
}

void BatchBuilder::write_header() noexcept {
  BatchHeader header;
  header.batch_length = static_cast<std::int32_t>(chain_.size() - batch_prefix_size);
  header.attributes = static_cast<std::int16_t>(
      static_cast<std::int16_t>(codec_) | (stamp_.transactional ? attribute::transactional : 0));
  header.last_offset_delta = record_count_ - 1;
  header.base_timestamp = base_timestamp_;
  header.max_timestamp = max_timestamp_;
  header.producer_id = stamp_.producer_id;
  header.producer_epoch = stamp_.producer_epoch;
  header.base_sequence = stamp_.base_sequence;
  header.record_count = record_count_;
  const std::span<std::byte, batch_header_size> bytes =
      chain_.front(batch_header_size).first<batch_header_size>();
  header.write(bytes);
  // The CRC covers the end of the header and all records; that of the records is known.
  header.crc = crc32c_combine(compute_crc(bytes), records_crc_, records_size_);
  header.write(bytes);
}

void BatchBuilder::reset() noexcept {
  chain_.clear();
  uncompressed_size_ = 0;
  record_count_ = 0;
  base_timestamp_ = -1;
  max_timestamp_ = -1;
  codec_ = Codec::none;
  records_crc_ = 0;
  stamp_ = {};
  finished_ = false;
}

}  // namespace barnabas::records
