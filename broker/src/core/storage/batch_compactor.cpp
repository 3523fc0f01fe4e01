#include "broker/src/core/storage/batch_compactor.hpp"

#include "protocol/records/record_encoder.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace barnabas::broker::storage {

namespace {

bool stays(const records::RecordView& record, const records::BatchHeader& header,
           const CompactionRules& rules) {
  if (!record.key) return false;
  if (!rules.is_newest(*record.key, record.offset)) return false;
  return record.value || !header.has_delete_horizon() || rules.now < header.base_timestamp;
}

}  // namespace

Result<std::optional<BytesView>> BatchCompactor::compact(const records::BatchView& batch,
                                                         const CompactionRules& rules) {
  const records::BatchHeader& header = batch.header;
  if (batch.is_legacy() || header.is_control() || header.is_transactional()) {
    return std::optional(batch.bytes);
  }
  Result<records::RecordReader> reader = records::open_batch(batch, decompressor_, storage_);
  if (!reader) return reader.error();
  kept_.clear();
  bool tombstones = false;
  for (records::RecordView record; reader->next(record);) {
    if (!stays(record, header, rules)) continue;
    tombstones = tombstones || !record.value;
    kept_.push_back(record);
  }
  if (reader->failed()) return reader->error();
  if (kept_.empty()) {
    if (!rules.keep_empty) return std::optional<BytesView>();
    return std::optional(header.record_count == 0 ? batch.bytes : empty(header));
  }
  const bool new_horizon = tombstones && !header.has_delete_horizon();
  if (!new_horizon && kept_.size() == static_cast<std::size_t>(header.record_count)) {
    return std::optional(batch.bytes);
  }
  records::BatchHeader wanted = header;
  if (new_horizon) {
    wanted.attributes =
        static_cast<std::int16_t>(wanted.attributes | records::attribute::delete_horizon);
    wanted.base_timestamp = rules.now + rules.delete_retention_ms;
  }
  const Result<BytesView> rebuilt = rebuild(wanted, wanted.base_timestamp);
  if (!rebuilt) return rebuilt.error();
  return std::optional(*rebuilt);
}

BytesView BatchCompactor::empty(const records::BatchHeader& header) {
  records_.clear();
  records::BatchHeader wanted = header;
  wanted.record_count = 0;
  wanted.attributes =
      static_cast<std::int16_t>(wanted.attributes & ~records::attribute::codec_mask);
  seal(wanted);
  return {result_.data(), result_.size()};
}

Result<BytesView> BatchCompactor::rebuild(const records::BatchHeader& header,
                                          Timestamp base_timestamp) {
  records_.clear();
  records::BatchHeader wanted = header;
  wanted.record_count = static_cast<std::int32_t>(kept_.size());
  if (header.timestamp_type() == records::TimestampType::create_time) wanted.max_timestamp = -1;
  for (const records::RecordView& record : kept_) {
    headers_.assign(record.headers.begin(), record.headers.end());
    records::NewRecord copy;
    copy.key = record.key;
    copy.value = record.value;
    copy.headers = headers_;
    const std::int64_t time_delta = record.timestamp - base_timestamp;
    const auto offset_delta = static_cast<std::int32_t>(record.offset - header.base_offset);
    const std::size_t body = records::body_size(copy, time_delta, offset_delta);
    const std::size_t at = records_.size();
    records_.resize(at + wire::uvarint_size(records::zigzag_length(body)) + body);
    records::encode_record(records::FlatOutput(records_.data() + at), copy, body, time_delta,
                           offset_delta);
    wanted.max_timestamp = std::max(wanted.max_timestamp, record.timestamp);
  }
  if (header.codec() != Codec::none) {
    const std::span<const std::byte> part(records_);
    const Result<BytesView> smaller = compressor_.compress(header.codec(), {&part, 1});
    if (!smaller) return smaller.error();
    records_.assign(smaller->begin(), smaller->end());
  }
  seal(wanted);
  return BytesView(result_.data(), result_.size());
}

// `records_` with a header in front.
void BatchCompactor::seal(records::BatchHeader header) {
  result_.resize(records::batch_header_size + records_.size());
  header.batch_length = static_cast<std::int32_t>(result_.size() - records::batch_prefix_size);
  const std::span<std::byte> out(result_);
  std::copy(records_.begin(), records_.end(), out.begin() + records::batch_header_size);
  header.write(out.first<records::batch_header_size>());
  header.crc = records::compute_crc({result_.data(), result_.size()});
  header.write(out.first<records::batch_header_size>());
}

}  // namespace barnabas::broker::storage
