// Produced data: what a broker accepts, every consumer can read. The checksum is made right, so
// that the checks behind it are reached.

#include "protocol/records/batch_validator.hpp"
#include "protocol/records/batch_reader.hpp"
#include "tests/fuzz/fuzz_input.hpp"

#include <vector>

using namespace barnabas;

namespace {

void correct_crc(std::vector<std::byte>& batch) {
  Result<records::BatchHeader> header = records::BatchHeader::parse(batch);
  if (!header) return;
  header->crc = records::compute_crc(batch);
  header->write(std::span(batch).first<records::batch_header_size>());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  records::ValidationRules rules;
  rules.keys_required = input.flag();
  rules.min_decompressed_limit = 1 << 20;
  rules.max_decompressed_limit = 1 << 20;
  const BytesView rest = input.rest();
  std::vector<std::byte> batch(rest.begin(), rest.end());
  correct_crc(batch);

  static compression::Decompressor decompressor;
  ByteBuffer scratch;
  const records::Validation outcome = records::validate_batch(batch, rules, decompressor, scratch);
  fuzz::require(outcome.ok() == outcome.message.empty(), "a refusal says why");
  if (!outcome.ok()) return 0;

  records::set_base_offset(batch, 1000);
  records::BatchReader batches(batch);
  records::BatchView view;
  fuzz::require(batches.next(view), "an accepted batch is found");
  ByteBuffer storage;
  Result<records::RecordReader> reader = records::open_batch(view, decompressor, storage);
  fuzz::require(reader.has_value(), "an accepted batch opens");
  std::int64_t offset = 1000;
  for (records::RecordView record; reader->next(record); ++offset) {
    fuzz::require(record.offset == offset, "offsets rise by one");
    fuzz::require(record.key || !rules.keys_required, "keys are there");
  }
  fuzz::require(!reader->failed() && offset == view.next_offset(), "all records are there");
  fuzz::require(!batches.next(view) && !batches.failed(), "there is one batch");
  return 0;
}
