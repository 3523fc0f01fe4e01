#include "protocol/records/batch_reader.hpp"

#include "tests/support/batches.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/protocol/records/vectors.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using namespace barnabas;
using records::BatchReader;
using records::BatchView;
using test::make_batch;
using test::numbered_records;

namespace {

using Bytes = std::vector<std::byte>;

Bytes concatenate(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// Fetched data of three batches at the offsets 10, 15 and 100.
std::vector<Bytes> three_batches(const Compression& how = {}) {
  return {make_batch(numbered_records(5), how, {}, 10),
          make_batch(numbered_records(1), how, {}, 15),
          make_batch(numbered_records(20), how, {}, 100)};
}

void overwrite(Bytes& bytes, std::size_t at, std::string_view hex) {
  const Bytes patch = test::from_hex(hex);
  std::copy(patch.begin(), patch.end(), bytes.begin() + std::ptrdiff_t(at));
}

}  // namespace

TEST_CASE("concatenated batches come one by one") {
  const Bytes data = concatenate(three_batches());
  BatchReader reader(data);
  std::vector<std::int64_t> offsets;
  std::size_t size = 0;
  for (BatchView batch; reader.next(batch);) {
    offsets.push_back(batch.header.base_offset);
    offsets.push_back(batch.next_offset());
    size += batch.bytes.size();
    CHECK(reader.position() == size);
  }
  CHECK(offsets == std::vector<std::int64_t>{10, 15, 15, 16, 100, 120});
  CHECK(size == data.size());
  CHECK_FALSE(reader.failed());
  CHECK_FALSE(reader.ended_in_batch());
  CHECK(test::read_all(data)->size() == 26);
  CHECK(test::read_all({})->empty());
}

TEST_CASE("a last batch that is cut short is not there") {
  const std::vector<Bytes> parts = three_batches();
  const Bytes data = concatenate(parts);
  const std::size_t whole = parts[0].size() + parts[1].size();
  for (std::size_t size = whole; size < data.size(); ++size) {
    BatchReader reader(BytesView(data.data(), size));
    int batches = 0;
    for (BatchView batch; reader.next(batch);) ++batches;
    CHECK(batches == 2);
    CHECK_FALSE(reader.failed());
    CHECK(reader.ended_in_batch() == (size != whole));
    CHECK(reader.position() == whole);
  }
}

TEST_CASE("compressed batches open with every codec") {
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    if (!is_available(codec)) continue;
    const Bytes data = concatenate(three_batches(codec));
    const auto records = test::read_all(data).value();
    REQUIRE(records.size() == 26);
    CHECK(records[25].value == "value-19");
    CHECK(records[25].offset == 119);
  }
}

TEST_CASE("a batch that is not compressed is read in place") {
  const Bytes data = make_batch(numbered_records(1));
  BatchReader batches(data);
  BatchView batch;
  REQUIRE(batches.next(batch));
  compression::Decompressor decompressor;
  ByteBuffer storage;
  auto reader = records::open_batch(batch, decompressor, storage).value();
  records::RecordView record;
  REQUIRE(reader.next(record));
  CHECK(record.value->data() > data.data());
  CHECK(record.value->end() <= data.data() + data.size());
  CHECK(storage.capacity() == 0);
}

TEST_CASE("damaged headers end the iteration with one error that names the offset") {
  const std::vector<Bytes> parts = three_batches();
  struct Damage {
    std::size_t at;
    std::string_view hex;
  };
  for (const Damage& damage : {Damage{8, "80000000"},
                               {8, "ffffffff"},
                               {8, "00000000"},
                               {8, "00000030"},
                               {16, "03"},
                               {16, "ff"},
                               {57, "ffffffff"},
                               {57, "80000000"},
                               {23, "ffffffff"}}) {
    CAPTURE(damage.at);
    CAPTURE(damage.hex);
    Bytes data = concatenate(parts);
    overwrite(data, parts[0].size() + damage.at, damage.hex);
    BatchReader reader(data);
    BatchView batch;
    REQUIRE(reader.next(batch));
    CHECK_FALSE(reader.next(batch));
    CHECK(reader.failed());
    CHECK(reader.error() == ErrorCode::corrupt_message);
    CHECK(reader.error().context().find("offset 15") != std::string::npos);
    CHECK_FALSE(reader.next(batch));
    CHECK(reader.position() == parts[0].size());
  }
}

TEST_CASE("a length that claims gigabytes is a batch cut short") {
  Bytes data = make_batch(numbered_records(1));
  overwrite(data, 8, "7fffffff");
  BatchReader reader(data);
  BatchView batch;
  CHECK_FALSE(reader.next(batch));
  CHECK_FALSE(reader.failed());
  CHECK(reader.ended_in_batch());
}

TEST_CASE("a last offset delta of 2^31 - 1 is one error") {
  Bytes data = make_batch(numbered_records(1), {}, {}, 7);
  overwrite(data, 23, "7fffffff");
  overwrite(data, 57, "7fffffff");
  CHECK(test::read_all(data).error() == ErrorCode::corrupt_message);
  records::OpenOptions unchecked;
  unchecked.check_crc = false;
  const auto read = test::read_all(data, unchecked);
  REQUIRE_FALSE(read);
  CHECK(read.error() == ErrorCode::corrupt_message);
}

TEST_CASE("a bit flipped in any byte under the checksum is noticed") {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    if (!is_available(codec)) continue;
    const Bytes good = make_batch(numbered_records(5), codec);
    for (std::size_t at = 0; at < good.size(); ++at) {
      Bytes bad = good;
      bad[at] ^= static_cast<std::byte>(1U << (at % 8));
      // The offset and the leader epoch may be anything; a longer length is a batch cut short.
      if (at < 8 || (at >= 12 && at < 16)) continue;
      CAPTURE(at);
      const auto read = test::read_all(bad);
      CHECK((!read || read->empty()));
      if (!read) CHECK(read.error() == ErrorCode::corrupt_message);
    }
  }
}

TEST_CASE(
    "without the checksum damage at any byte is an error or other records, and nothing worse") {
  records::OpenOptions unchecked;
  unchecked.check_crc = false;
  unchecked.max_decompressed_size = 100000;
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    if (!is_available(codec)) continue;
    const Bytes good = make_batch(numbered_records(5), codec);
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const unsigned value : {0x00U, 0x01U, 0x7FU, 0x80U, 0xFFU}) {
        Bytes bad = good;
        bad[at] = static_cast<std::byte>(value);
        (void)test::read_all(bad, unchecked);
      }
    }
  }
}

TEST_CASE("the decompressed size is limited, and failures name the batch") {
  std::vector<test::OwnedRecord> records = numbered_records(1);
  records[0].value = std::string(100000, 'x');
  const Bytes data = make_batch(records, gzip(), {}, 4711);
  records::OpenOptions options;
  options.max_decompressed_size = 100000;
  const auto read = test::read_all(data, options);
  REQUIRE_FALSE(read);
  CHECK(read.error() == ErrorCode::decompression_failed);
  CHECK(read.error().context().find("4711") != std::string::npos);
  CHECK(read.error().context().find("gzip") != std::string::npos);
  options.max_decompressed_size = 101000;
  CHECK(test::read_all(data, options));
}

TEST_CASE("an unknown codec is refused by number") {
  Bytes data = make_batch(numbered_records(1));
  overwrite(data, 21, "0007");
  records::OpenOptions unchecked;
  unchecked.check_crc = false;
  const auto read = test::read_all(data, unchecked);
  REQUIRE_FALSE(read);
  CHECK(read.error() == ErrorCode::unsupported_compression_type);
}

TEST_CASE("formats may change in the middle of the data") {
  const Bytes data =
      concatenate({test::from_hex(test::magic0_message), test::from_hex(test::magic1_message),
                   make_batch(numbered_records(1), {}, {}, 2)});
  BatchReader reader(data);
  std::vector<int> magics;
  for (BatchView batch; reader.next(batch);) {
    magics.push_back(batch.header.magic);
    CHECK(batch.is_legacy() == (batch.header.magic < 2));
  }
  CHECK(magics == std::vector{0, 1, 2});
  CHECK(test::read_all(data)->size() == 3);
}
