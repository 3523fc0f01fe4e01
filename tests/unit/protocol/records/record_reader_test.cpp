#include "protocol/records/record_reader.hpp"

#include "tests/support/batches.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/protocol/records/vectors.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using records::BatchHeader;
using records::RecordReader;
using records::RecordView;
using test::OwnedRecord;

namespace {

BatchHeader header_of(std::int32_t count) {
  BatchHeader header;
  header.base_offset = 100;
  header.record_count = count;
  header.last_offset_delta = 9;
  header.base_timestamp = 1000;
  header.max_timestamp = 2000;
  return header;
}

struct Outcome {
  std::vector<OwnedRecord> records;
  Error error;
};

Outcome read(std::string_view hex, const BatchHeader& header) {
  const std::vector<std::byte> bytes = test::from_hex(hex);
  RecordReader reader(header, bytes);
  Outcome outcome;
  for (RecordView record; reader.next(record);) outcome.records.push_back(test::own(record));
  outcome.error = reader.error();
  CHECK(reader.failed() == !outcome.error.ok());
  RecordView record;
  CHECK_FALSE(reader.next(record));
  return outcome;
}

// Whether one record that has these bytes is refused.
bool refused(std::string_view hex) {
  const Outcome outcome = read(hex, header_of(1));
  return outcome.records.empty() && outcome.error == ErrorCode::corrupt_message &&
         outcome.error.context().find("100") != std::string::npos;
}

}  // namespace

TEST_CASE("the records of a known batch") {
  const auto records = test::read_all(test::from_hex(test::two_records_batch)).value();
  REQUIRE(records.size() == 2);
  CHECK(records[0] == OwnedRecord{0, 1700000000000, "k", "hello", {{"h", "1"}}});
  CHECK(records[1] == OwnedRecord{1, 1700000000005, std::nullopt, std::nullopt, {}});
}

TEST_CASE("offsets and timestamps are sums with the batch's") {
  // Length 6, attributes, timestamp delta -1, offset delta 3, key null, value null, no headers.
  const Outcome outcome = read("0c000106010100", header_of(1));
  CHECK(outcome.error.ok());
  REQUIRE(outcome.records.size() == 1);
  CHECK(outcome.records[0].offset == 103);
  CHECK(outcome.records[0].timestamp == 999);
}

TEST_CASE("cat_C26 timestamp deltas have 64 bits") {
  // 2^31 milliseconds.
  const Outcome outcome = read("14008080808010 00010100", header_of(1));
  REQUIRE(outcome.records.size() == 1);
  CHECK(outcome.records[0].timestamp == 1000 + (1LL << 31));
}

TEST_CASE("cat_C26 with the append time all records have the same time") {
  BatchHeader header = header_of(2);
  header.attributes = records::attribute::log_append_time;
  const Outcome outcome = read("0c000100010100 0c000902010100", header);
  REQUIRE(outcome.records.size() == 2);
  CHECK(outcome.records[0].timestamp == 2000);
  CHECK(outcome.records[1].timestamp == 2000);
}

TEST_CASE("compaction leaves gaps between offsets") {
  const Outcome outcome = read("0c000004010100 0c000012010100", header_of(2));
  REQUIRE(outcome.records.size() == 2);
  CHECK(outcome.records[0].offset == 102);
  CHECK(outcome.records[1].offset == 109);
}

TEST_CASE("a batch may hold no records") { CHECK(read("", header_of(0)).error.ok()); }

TEST_CASE("the batch holds exactly the records that its header counts") {
  CHECK(read("0c000100010100", header_of(2)).error == ErrorCode::corrupt_message);
  CHECK(read("0c000100010100", header_of(0)).error == ErrorCode::corrupt_message);
  CHECK(read("0c000100010100 00", header_of(1)).error == ErrorCode::corrupt_message);
}

TEST_CASE("a huge count costs nothing") {
  const Outcome outcome = read("0c000100010100", header_of(2147483647));
  CHECK(outcome.records.size() == 1);
  CHECK(outcome.error == ErrorCode::corrupt_message);
}

TEST_CASE("lengths must be there and be consumed exactly") {
  CHECK_FALSE(refused("0c000100010100"));
  CHECK(refused("0e000100010100"));          // longer than the batch
  CHECK(refused("0a000100010100"));          // shorter than its fields
  CHECK(refused("0e00010001010000"));        // a byte left over
  CHECK(refused("01000100010100"));          // negative
  CHECK(refused("ffffffff1f000100010100"));  // does not fit 32 bits
  CHECK(refused("ffffffff0f"));              // -2^31
  CHECK(refused("feffffff0f00"));            // 2^31 - 1
  CHECK(refused("00"));                      // no fields at all
  CHECK(refused("80"));                      // a length cut short
}

TEST_CASE("keys and values must be there") {
  CHECK(refused("0c000100030100"));  // key of -2 bytes
  CHECK(refused("0c000100010300"));  // value of -2 bytes
  CHECK(refused("0c000100080100"));  // key of 4 bytes where 2 are left
  CHECK(refused("0c000100010400"));  // value likewise
  CHECK(refused("14000100feffffff0f0100"));
}

TEST_CASE("offsets lie inside the batch") {
  CHECK_FALSE(refused("0c000112010100"));  // 9
  CHECK(refused("0c000114010100"));        // 10
  CHECK(refused("0c000101010100"));        // -1
}

TEST_CASE("headers must be there and fill the record") {
  CHECK_FALSE(refused("100001000101020001"));  // one header: empty key, null value
  CHECK(refused("0e00010001010200"));          // no value
  CHECK(refused("0c000100010101"));            // -1 headers
  CHECK(refused("0c0001000101 02"));           // one header of no bytes
  CHECK(refused("100001000101020101"));        // a null key
  CHECK(refused("100001000101020003"));        // a value of -2 bytes
  CHECK(refused("1200010001010200 0100"));     // a byte left over
  CHECK(refused("14000100 0101 feffffff0f"));  // 2^31 - 1 headers
}

TEST_CASE("headers are decoded while iterating") {
  const std::vector<OwnedRecord> records = {
      {0, 5, "k", "v", {{"first", "1"}, {"second", std::nullopt}, {"", ""}}}};
  const std::vector<std::byte> batch = test::make_batch(records);
  records::BatchReader batches(batch);
  records::BatchView view;
  REQUIRE(batches.next(view));
  compression::Decompressor decompressor;
  ByteBuffer storage;
  auto reader = records::open_batch(view, decompressor, storage).value();
  RecordView record;
  REQUIRE(reader.next(record));
  CHECK(record.headers.size() == 3);
  CHECK_FALSE(record.headers.empty());
  auto header = record.headers.begin();
  CHECK(header->key == "first");
  CHECK(header->value == BytesView("1"));
  ++header;
  CHECK(header->key == "second");
  CHECK_FALSE(header->value);
  CHECK(test::own(record) == records[0]);
}
