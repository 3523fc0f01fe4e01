// What a builder was given reads back the same, whatever the records, the chunks and the codec.

#include "protocol/records/batch_builder.hpp"
#include "protocol/records/batch_reader.hpp"
#include "tests/fuzz/fuzz_input.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/fixed_chunks.hpp"

#include <string>
#include <vector>

using namespace barnabas;

namespace {

std::optional<std::string> nullable(fuzz::Input& input) {
  const std::uint8_t size = input.byte();
  if (size == 255) return std::nullopt;
  return std::string(input.bytes(size).text());
}

test::OwnedRecord take_record(fuzz::Input& input) {
  test::OwnedRecord record;
  record.timestamp = static_cast<Timestamp>(input.number(input.byte() % 9));
  record.key = nullable(input);
  record.value = nullable(input);
  for (int headers = input.byte() % 4; headers > 0; --headers) {
    std::string key(input.bytes(input.byte()).text());
    record.headers.emplace_back(std::move(key), nullable(input));
  }
  return record;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto codec = static_cast<Codec>(input.byte() % 5);
  test::FixedChunks chunks(64 + input.number(2) % 2000, 1 + input.byte());
  static compression::Compressor compressor;
  {
    records::BatchBuilder builder(chunks, 64 + input.number(2));
    std::vector<test::OwnedRecord> expected;
    while (!input.empty()) {
      test::OwnedRecord record = take_record(input);
      record.offset = builder.record_count();
      const std::size_t before = builder.size();
      if (append(builder, record) == records::AppendResult::appended) {
        expected.push_back(record);
      } else {
        fuzz::require(builder.size() == before, "a refused record leaves no trace");
      }
      fuzz::require(expected.size() <= 1 || builder.size() <= builder.max_size(), "full is full");
    }
    if (builder.empty()) return 0;
    fuzz::require(builder.finish(codec, compressor).has_value(), "batches finish");
    builder.stamp({7, 1, 2, true});
    const std::vector<std::byte> batch = test::join(builder.segments());
    fuzz::require(batch.size() == builder.size(), "the size is the size");
    const auto records = test::read_all(batch);
    fuzz::require(records && *records == expected, "records read back as they were");
  }
  fuzz::require(chunks.lent() == 0, "all chunks go back");
  return 0;
}
