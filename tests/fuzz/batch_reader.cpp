// Fetched data: any bytes may arrive. The first byte says whether checksums count.

#include "protocol/records/batch_reader.hpp"
#include "protocol/records/control_record.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace barnabas;

namespace {

void read_records(const records::BatchView& batch, records::RecordReader& reader) {
  std::int64_t last_offset = -1;
  for (records::RecordView record; reader.next(record);) {
    last_offset = record.offset;
    std::size_t headers = 0;
    for (const records::HeaderView& header : record.headers) {
      headers += header.key.size() < (1U << 30) ? 1U : 0U;
    }
    fuzz::require(headers == record.headers.size(), "headers are as many as counted");
    if (batch.header.is_control()) (void)records::parse_end_transaction(record);
  }
  // Only inside legacy wrappers can offsets have nothing to do with those outside.
  fuzz::require(last_offset <= batch.last_offset() || batch.is_legacy(),
                "records lie inside their batch");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  records::OpenOptions options;
  options.check_crc = input.flag();
  options.max_decompressed_size = 1 << 20;
  static compression::Decompressor decompressor;
  ByteBuffer storage;
  const BytesView fetched = input.rest();
  records::BatchReader batches(fetched);
  std::size_t position = 0;
  for (records::BatchView batch; batches.next(batch);) {
    fuzz::require(batches.position() == position + batch.bytes.size(), "batches adjoin");
    position = batches.position();
    Result<records::RecordReader> reader =
        records::open_batch(batch, decompressor, storage, options);
    if (reader) read_records(batch, *reader);
    fuzz::require(storage.size() <= options.max_decompressed_size, "the limit is kept");
  }
  fuzz::require(batches.position() == position, "a failed step does not move");
  return 0;
}
