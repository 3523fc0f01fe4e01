#include "protocol/records/batch_builder.hpp"

#include "tests/support/batches.hpp"
#include "tests/support/fixed_chunks.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/payloads.hpp"
#include "tests/unit/protocol/records/vectors.hpp"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

using namespace barnabas;
using records::AppendResult;
using records::BatchBuilder;
using records::BatchHeader;
using records::HeapChunks;
using records::NewRecord;
using test::OwnedRecord;

namespace {

constexpr std::size_t large = 1 << 20;

const std::vector<OwnedRecord> two_records = {
    {0, 1700000000000, "k", "hello", {{"h", "1"}}},
    {1, 1700000000005, std::nullopt, std::nullopt, {}},
};

std::vector<OwnedRecord> varied_records() {
  std::vector<OwnedRecord> records = test::numbered_records(300);
  records[1].key.reset();
  records[2].value.reset();
  records[3].key = "";
  records[4].value = "";
  records[5].headers = {{"", ""}, {"only a key", std::nullopt}, {"k", std::string(300, 'h')}};
  records[6].timestamp = -1;
  records[7].timestamp = 1LL << 40;
  records[8].value = std::string(5000, 'v');
  records[9].headers.resize(70, {"h", "x"});
  records[10].timestamp = std::numeric_limits<std::int64_t>::max();
  records[11].timestamp = std::numeric_limits<std::int64_t>::min();
  return records;
}

std::vector<std::byte> finished(BatchBuilder& builder, const Compression& how = {}) {
  compression::Compressor compressor;
  REQUIRE(builder.finish(how, compressor));
  return test::join(builder.segments());
}

NewRecord value_of(std::size_t size, const std::vector<std::byte>& bytes) {
  NewRecord record;
  record.value = BytesView(bytes.data(), size);
  return record;
}

}  // namespace

TEST_CASE("the bytes are those of other clients") {
  HeapChunks chunks;
  BatchBuilder builder(chunks, large);
  for (const OwnedRecord& record : two_records)
    REQUIRE(append(builder, record) == AppendResult::appended);
  CHECK(builder.record_count() == 2);
  CHECK(builder.base_timestamp() == 1700000000000);
  CHECK(builder.max_timestamp() == 1700000000005);
  CHECK(test::to_hex(finished(builder)) == test::to_hex(test::from_hex(test::two_records_batch)));
}

TEST_CASE("every record reads back as it was, whatever the chunks") {
  const std::vector<OwnedRecord> records = varied_records();
  std::vector<std::byte> expected;
  for (const std::size_t chunk_size : {64U, 65U, 127U, 1000U, 65536U}) {
    test::FixedChunks chunks(chunk_size);
    {
      BatchBuilder builder(chunks, large);
      for (const OwnedRecord& record : records) {
        REQUIRE(append(builder, record) == AppendResult::appended);
      }
      const std::vector<std::byte> batch = finished(builder);
      CHECK(test::read_all(batch).value() == records);
      if (expected.empty()) expected = batch;
      CHECK(batch == expected);
    }
    CHECK(chunks.lent() == 0);
  }
}

TEST_CASE("lengths on both sides of every varint border") {
  const std::vector<std::byte> bytes = test::random_bytes(1'048'600);
  for (const std::size_t border : {64U, 8192U, 1'048'576U}) {
    std::vector<std::vector<std::byte>> batches;
    for (const std::size_t chunk_size : {std::size_t{64}, 2 * border + 100'000}) {
      test::FixedChunks chunks(chunk_size);
      BatchBuilder builder(chunks, std::size_t{1} << 30);
      for (std::size_t size = border - 16; size < border + 3; ++size) {
        REQUIRE(builder.append(value_of(size, bytes)) == AppendResult::appended);
      }
      batches.push_back(finished(builder));
      std::size_t expected = border - 16;
      const auto records = test::read_all(batches.back()).value();
      CHECK(records.size() == 19);
      for (const OwnedRecord& record : records) {
        CHECK(record.value == BytesView(bytes.data(), expected++).text());
      }
    }
    CHECK(batches[0] == batches[1]);
  }
}

TEST_CASE("sizes are foretold exactly") {
  HeapChunks chunks;
  BatchBuilder builder(chunks, large);
  for (const OwnedRecord& owned : varied_records()) {
    NewRecord record;
    record.timestamp = owned.timestamp;
    if (owned.key) record.key = BytesView(*owned.key);
    if (owned.value) record.value = BytesView(*owned.value);
    const std::size_t foretold = builder.size_of(record);
    const std::size_t before = builder.size();
    if (builder.empty()) CHECK(foretold == records::single_record_batch_size(record));
    REQUIRE(builder.append(record) == AppendResult::appended);
    CHECK(builder.size() - before == foretold);
  }
  const std::size_t size = builder.size();
  CHECK(finished(builder).size() == size);
  CHECK(builder.size() == size);
}

TEST_CASE("a batch is full at its size, to the byte, but takes any first record") {
  const std::vector<std::byte> bytes(2000);
  HeapChunks chunks;
  BatchBuilder builder(chunks, 300);
  REQUIRE(builder.append(value_of(100, bytes)) == AppendResult::appended);
  const std::size_t left = 300 - builder.size();
  const std::size_t overhead = builder.size_of(value_of(100, bytes)) - 100;
  CHECK(builder.append(value_of(left - overhead + 1, bytes)) == AppendResult::batch_full);
  CHECK(builder.record_count() == 1);
  CHECK(builder.append(value_of(left - overhead, bytes)) == AppendResult::appended);
  CHECK(builder.size() == 300);

  BatchBuilder small(chunks, 300);
  CHECK(small.append(value_of(2000, bytes)) == AppendResult::appended);
  CHECK(small.append(value_of(0, bytes)) == AppendResult::batch_full);
  CHECK(test::read_all(finished(small)).value().size() == 1);
}

TEST_CASE("a run has the bytes of its records one by one, and ends where one is not simple") {
  constexpr Timestamp time = 1700000000007;
  std::vector<NewRecord> records;
  const std::vector<OwnedRecord> owned = test::numbered_records(200);
  for (const OwnedRecord& record : owned) {
    NewRecord& view = records.emplace_back();
    view.timestamp = time;
    if (record.key && records.size() % 3 == 0) view.key = BytesView(*record.key);
    if (record.value && records.size() % 5 != 0) view.value = BytesView(*record.value);
  }
  const std::span<const NewRecord> all(records);
  test::FixedChunks chunks(700);
  BatchBuilder builder(chunks, 4000);
  BatchBuilder expected(chunks, 4000);
  CHECK(builder.append_run(all, time, large) == 0);  // the first record is none of a run

  std::size_t runs = 0;
  for (std::size_t next = 0; next < records.size();) {
    constexpr std::size_t enough = 200;
    const std::size_t before = builder.size();
    const std::size_t count = builder.append_run(all.subspan(next), time, enough);
    runs += count > 1 ? 1 : 0;
    for (std::size_t i = next; i < next + count; ++i) {
      REQUIRE(expected.append(records[i]) == AppendResult::appended);
    }
    if (count > 0) {
      CHECK(builder.size() - before < enough + builder.size_of(records[next + count - 1]));
    }
    next += count;
    if (count > 0) continue;
    const AppendResult result = builder.append(records[next]);
    REQUIRE(expected.append(records[next]) == result);
    if (result == AppendResult::batch_full) break;
    ++next;
  }
  CHECK(runs > 10);
  CHECK(builder.size() <= 4000);
  CHECK(builder.record_count() == expected.record_count());
  CHECK(builder.max_timestamp() == time);
  CHECK(finished(builder) == finished(expected));
}

TEST_CASE("without memory the batch stays as it was") {
  const std::vector<std::byte> bytes(1000);
  test::FixedChunks chunks(100, 0);
  BatchBuilder builder(chunks, large);
  CHECK(builder.append(value_of(1, bytes)) == AppendResult::out_of_memory);
  CHECK(builder.empty());
  chunks.set_limit(2);
  CHECK(builder.append(value_of(1, bytes)) == AppendResult::appended);
  CHECK(builder.append(value_of(200, bytes)) == AppendResult::out_of_memory);
  CHECK(builder.record_count() == 1);
  CHECK(builder.append(value_of(50, bytes)) == AppendResult::appended);
  CHECK(test::read_all(finished(builder)).value().size() == 2);
}

TEST_CASE("batches compress with every codec, and unused chunks go back") {
  const std::vector<OwnedRecord> records = varied_records();
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    if (!is_available(codec)) continue;
    CAPTURE(name(codec));
    for (const std::size_t chunk_size : {64U, 1000U, 65536U}) {
      test::FixedChunks chunks(chunk_size);
      BatchBuilder builder(chunks, large);
      for (const OwnedRecord& record : records)
        REQUIRE(append(builder, record) == AppendResult::appended);
      const std::size_t plain_size = builder.size();
      const std::vector<std::byte> batch = finished(builder, codec);
      CHECK(BatchHeader::parse(batch)->codec() == codec);
      CHECK(builder.uncompressed_size() == plain_size);
      CHECK(builder.size() == batch.size());
      CHECK(batch.size() < plain_size);
      CHECK(chunks.lent() == (batch.size() + chunk_size - 1) / chunk_size);
      CHECK(test::read_all(batch).value() == records);
    }
  }
}

TEST_CASE("a batch that grows stays compressed, but is left as it was without memory for that") {
  // 61 bytes of header and 67 of a record fill two chunks; gzip adds more than ten bytes.
  const std::vector<std::byte> bytes = test::random_bytes(59);
  const auto finish_with_chunks = [&](std::size_t limit) {
    test::FixedChunks chunks(64, limit);
    BatchBuilder builder(chunks, large);
    REQUIRE(builder.append(value_of(59, bytes)) == AppendResult::appended);
    REQUIRE(builder.size() == 2 * 64);
    const std::vector<std::byte> batch = finished(builder, gzip());
    CHECK(test::read_all(batch).value()[0].value == BytesView(bytes).text());
    return BatchHeader::parse(batch)->codec();
  };
  CHECK(finish_with_chunks(3) == Codec::gzip);
  CHECK(finish_with_chunks(2) == Codec::none);
}

TEST_CASE("a batch is stamped again without reading it") {
  test::FixedChunks chunks(100);
  BatchBuilder builder(chunks, large);
  for (const OwnedRecord& record : test::numbered_records(50)) {
    REQUIRE(append(builder, record) == AppendResult::appended);
  }
  const std::vector<std::byte> unstamped = finished(builder);
  CHECK_FALSE(BatchHeader::parse(unstamped)->has_producer_id());
  builder.stamp({4711, 3, 1000, true});
  const std::vector<std::byte> stamped = test::join(builder.segments());
  const auto header = BatchHeader::parse(stamped).value();
  CHECK(records::crc_matches(stamped));
  CHECK(header.producer_id == 4711);
  CHECK(header.producer_epoch == 3);
  CHECK(header.base_sequence == 1000);
  CHECK(header.last_sequence() == 1049);
  CHECK(header.is_transactional());
  CHECK(builder.producer_stamp().producer_id == 4711);
  // A retry is the same to the byte.
  CHECK(test::join(builder.segments()) == stamped);
  builder.stamp({});
  CHECK(test::join(builder.segments()) == unstamped);
}

TEST_CASE("a builder starts anew after reset") {
  test::FixedChunks chunks(100);
  BatchBuilder builder(chunks, large);
  for (const OwnedRecord& record : test::numbered_records(50))
    REQUIRE(append(builder, record) == AppendResult::appended);
  (void)finished(builder, gzip());
  builder.stamp({1, 1, 1, true});
  builder.reset();
  CHECK(chunks.lent() == 0);
  CHECK(builder.empty());
  CHECK(builder.size() == 0);
  CHECK_FALSE(builder.finished());
  for (const OwnedRecord& record : two_records)
    REQUIRE(append(builder, record) == AppendResult::appended);
  CHECK(test::to_hex(finished(builder)) == test::to_hex(test::from_hex(test::two_records_batch)));
}

TEST_CASE("a batch that cannot be compressed stays open") {
  HeapChunks chunks;
  BatchBuilder builder(chunks, large);
  REQUIRE(append(builder, two_records[0]) == AppendResult::appended);
  compression::Compressor compressor;
  const Result<void> done = builder.finish(gzip(99), compressor);
  REQUIRE_FALSE(done);
  CHECK(done.error() == ErrorCode::invalid_property);
  CHECK_FALSE(builder.finished());
  REQUIRE(append(builder, two_records[1]) == AppendResult::appended);
  CHECK(test::to_hex(finished(builder)) == test::to_hex(test::from_hex(test::two_records_batch)));
}
