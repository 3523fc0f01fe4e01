#include "client/src/core/producer/batch_splitter.hpp"

#include "client/src/core/producer/sequence.hpp"
#include "protocol/base/byte_buffer.hpp"
#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_reader.hpp"

#include <cassert>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace barnabas::client {

namespace {

void copy_record(const records::RecordView& record, records::BatchBuilder& out) {
  std::vector<HeaderView> headers(record.headers.begin(), record.headers.end());
  records::NewRecord copy;
  copy.timestamp = record.timestamp;
  copy.key = record.key;
  copy.value = record.value;
  copy.headers = headers;
  [[maybe_unused]] const records::AppendResult appended = out.append(copy);
  assert(appended == records::AppendResult::appended);
}

}  // namespace

Result<std::array<std::shared_ptr<ProducerBatch>, 2>> split(const ProducerBatch& batch,
                                                            const Compression& compression,
                                                            CompressorPool& compressors) {
  ByteBuffer bytes;
  for (const std::span<const std::byte> segment : batch.builder().segments()) bytes.append(segment);
  records::BatchView view;
  records::BatchReader batches(bytes.view());
  if (!batches.next(view)) return batches.error();
  compression::Decompressor decompressor;
  ByteBuffer storage;
  records::OpenOptions options;
  options.check_crc = false;
  options.max_decompressed_size = std::numeric_limits<std::size_t>::max();
  Result<records::RecordReader> reader = records::open_batch(view, decompressor, storage, options);
  if (!reader) return reader.error();

  const std::uint32_t half = batch.record_count() / 2;
  std::array<std::shared_ptr<ProducerBatch>, 2> parts{batch.make_part(0), batch.make_part(half)};
  std::uint32_t index = 0;
  for (records::RecordView record; reader->next(record); ++index) {
    copy_record(record, parts[index < half ? 0 : 1]->builder());
  }
  if (reader->failed()) return reader->error();
  records::ProducerStamp stamp = batch.builder().producer_stamp();
  for (const std::shared_ptr<ProducerBatch>& part : parts) {
    part->finish(compression, compressors);
    part->builder().stamp(stamp);
    if (stamp.base_sequence >= 0) {
      stamp.base_sequence = sequence_after(stamp.base_sequence, part->record_count());
    }
  }
  return parts;
}

}  // namespace barnabas::client
