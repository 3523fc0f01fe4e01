#include "protocol/records/batch_header.hpp"

#include "tests/support/batches.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/protocol/records/vectors.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <vector>

using namespace barnabas;
using records::BatchHeader;
using records::TimestampType;

namespace {

constexpr std::int32_t int32_max = std::numeric_limits<std::int32_t>::max();

bool corrupt(const BatchHeader& header) {
  std::array<std::byte, records::batch_header_size> bytes{};
  header.write(bytes);
  const auto parsed = BatchHeader::parse(bytes);
  return !parsed && parsed.error() == ErrorCode::corrupt_message;
}

BatchHeader valid_header() {
  BatchHeader header;
  header.batch_length = 49;
  return header;
}

}  // namespace

TEST_CASE("a header is read and written field by field") {
  const std::vector<std::byte> batch = test::from_hex(test::commit_marker_batch);
  const auto parsed = BatchHeader::parse(batch);
  REQUIRE(parsed);
  BatchHeader expected;
  expected.base_offset = 42;
  expected.batch_length = 66;
  expected.partition_leader_epoch = 0;
  expected.crc = 0xad320ccb;
  expected.attributes = 0x30;
  expected.last_offset_delta = 0;
  expected.base_timestamp = 1700000000000;
  expected.max_timestamp = 1700000000000;
  expected.producer_id = 1000;
  expected.producer_epoch = 3;
  expected.base_sequence = -1;
  expected.record_count = 1;
  CHECK(*parsed == expected);
  CHECK(parsed->total_size() == batch.size());
  CHECK(parsed->next_offset() == 43);
  CHECK(parsed->is_control());
  CHECK(parsed->is_transactional());
  CHECK(parsed->has_producer_id());
  CHECK(parsed->codec() == Codec::none);
  CHECK(parsed->timestamp_type() == TimestampType::create_time);

  std::array<std::byte, records::batch_header_size> written{};
  parsed->write(written);
  CHECK(BytesView(written) == BytesView(batch.data(), written.size()));
}

TEST_CASE("attribute bits") {
  BatchHeader header = valid_header();
  header.attributes = 0x4c;
  CHECK(header.codec() == Codec::zstd);
  CHECK(header.timestamp_type() == TimestampType::log_append_time);
  CHECK(header.has_delete_horizon());
  CHECK_FALSE(header.is_control());
  CHECK_FALSE(header.is_transactional());
}

TEST_CASE("headers that contradict themselves are corrupt") {
  CHECK_FALSE(corrupt(valid_header()));
  const auto with = [](auto member, auto value) {
    BatchHeader header = valid_header();
    header.*member = value;
    return header;
  };
  for (const int magic : {0, 1, 3, -1}) {
    CHECK(corrupt(with(&BatchHeader::magic, static_cast<std::int8_t>(magic))));
  }
  for (const std::int32_t length : {48, 0, -1, std::numeric_limits<std::int32_t>::min()}) {
    CHECK(corrupt(with(&BatchHeader::batch_length, length)));
  }
  CHECK(corrupt(with(&BatchHeader::base_offset, std::int64_t{-1})));
  CHECK(corrupt(with(&BatchHeader::record_count, -1)));
  CHECK(corrupt(with(&BatchHeader::last_offset_delta, -1)));
  BatchHeader last = with(&BatchHeader::last_offset_delta, int32_max);
  last.base_offset = std::numeric_limits<std::int64_t>::max() - int32_max - 1;
  CHECK_FALSE(corrupt(last));
  ++last.base_offset;
  CHECK(corrupt(last));
}

TEST_CASE("too few bytes are corrupt") {
  const std::vector<std::byte> batch = test::from_hex(test::two_records_batch);
  CHECK_FALSE(BatchHeader::parse({batch.data(), 60}));
  CHECK_FALSE(BatchHeader::parse({}));
  CHECK(BatchHeader::parse({batch.data(), 61}));
}

TEST_CASE("sequences wrap to 0") {
  BatchHeader header = valid_header();
  CHECK(header.last_sequence() == -1);
  header.base_sequence = int32_max - 1;
  header.last_offset_delta = 1;
  CHECK(header.last_sequence() == int32_max);
  header.last_offset_delta = 4;
  CHECK(header.last_sequence() == 2);
}

TEST_CASE("offset and leader epoch are set without touching what the checksum covers") {
  std::vector<std::byte> batch = test::from_hex(test::two_records_batch);
  REQUIRE(records::crc_matches(batch));
  records::set_base_offset(batch, 0x0102030405060708);
  records::set_partition_leader_epoch(batch, 77);
  CHECK(records::crc_matches(batch));
  const auto header = BatchHeader::parse(batch);
  CHECK(header->base_offset == 0x0102030405060708);
  CHECK(header->partition_leader_epoch == 77);
}

TEST_CASE("the append time becomes the time of all records") {
  std::vector<std::byte> batch = test::from_hex(test::two_records_batch);
  records::set_max_timestamp(batch, TimestampType::log_append_time, 1234);
  CHECK(records::crc_matches(batch));
  const auto records = test::read_all(batch).value();
  CHECK(records[0].timestamp == 1234);
  CHECK(records[1].timestamp == 1234);
  // And back.
  records::set_max_timestamp(batch, TimestampType::create_time, 1700000000005);
  CHECK(test::to_hex(batch) == test::to_hex(test::from_hex(test::two_records_batch)));
}
