#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_builder.hpp"
#include "protocol/records/batch_reader.hpp"
#include "protocol/records/chunk_allocator.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

/// A record that owns its bytes, for comparing what was written with what is read.
struct OwnedRecord {
  std::int64_t offset = 0;
  Timestamp timestamp = -1;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  bool operator==(const OwnedRecord&) const = default;
};

inline std::optional<std::string> to_text(const std::optional<BytesView>& bytes) {
  if (!bytes) return std::nullopt;
  return std::string(bytes->text());
}

inline OwnedRecord own(const records::RecordView& record) {
  OwnedRecord owned{
      record.offset, record.timestamp, to_text(record.key), to_text(record.value), {}};
  for (const records::HeaderView& header : record.headers) {
    owned.headers.emplace_back(std::string(header.key), to_text(header.value));
  }
  return owned;
}

inline records::AppendResult append(records::BatchBuilder& builder, const OwnedRecord& record) {
  std::vector<records::HeaderView> headers;
  for (const auto& [key, value] : record.headers) {
    headers.push_back({key, value ? std::optional(BytesView(*value)) : std::nullopt});
  }
  records::NewRecord view;
  view.timestamp = record.timestamp;
  if (record.key) view.key = BytesView(*record.key);
  if (record.value) view.value = BytesView(*record.value);
  view.headers = headers;
  return builder.append(view);
}

inline std::vector<std::byte> join(std::span<const std::span<const std::byte>> segments) {
  std::vector<std::byte> bytes;
  for (const std::span<const std::byte> segment : segments) {
    bytes.insert(bytes.end(), segment.begin(), segment.end());
  }
  return bytes;
}

/// One whole batch; `base_offset` and the records' own offsets: see records::set_base_offset.
inline std::vector<std::byte> make_batch(const std::vector<OwnedRecord>& records,
                                         const Compression& compression = {},
                                         const records::ProducerStamp& stamp = {},
                                         std::int64_t base_offset = 0) {
  records::HeapChunks chunks;
  records::BatchBuilder builder(chunks, std::numeric_limits<std::int32_t>::max());
  for (const OwnedRecord& record : records) (void)append(builder, record);
  compression::Compressor compressor;
  builder.finish(compression, compressor).value();
  builder.stamp(stamp);
  std::vector<std::byte> bytes = join(builder.segments());
  records::set_base_offset(bytes, base_offset);
  return bytes;
}

/// `count` records "key-<n>", "value-<n>" a millisecond apart, at offsets from 0.
inline std::vector<OwnedRecord> numbered_records(std::int32_t count, Timestamp start = 1000) {
  std::vector<OwnedRecord> records;
  for (std::int32_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    records.push_back({i, start + i, "key-" + number, "value-" + number, {}});
  }
  return records;
}

/// All records of concatenated batches, or the first error.
inline Result<std::vector<OwnedRecord>> read_all(BytesView data,
                                                 const records::OpenOptions& options = {}) {
  std::vector<OwnedRecord> all;
  compression::Decompressor decompressor;
  ByteBuffer storage;
  records::BatchReader batches(data);
  for (records::BatchView batch; batches.next(batch);) {
    Result<records::RecordReader> reader =
        records::open_batch(batch, decompressor, storage, options);
    if (!reader) return reader.error();
    for (records::RecordView record; reader->next(record);) all.push_back(own(record));
    if (reader->failed()) return reader->error();
  }
  if (batches.failed()) return batches.error();
  return all;
}

}  // namespace barnabas::test
