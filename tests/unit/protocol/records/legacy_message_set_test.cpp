#include "protocol/records/legacy_message_set.hpp"

#include "tests/support/batches.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/protocol/records/legacy_writer.hpp"
#include "tests/unit/protocol/records/vectors.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace barnabas;
using test::LegacyEntry;
using test::OwnedRecord;

namespace {

using Bytes = std::vector<std::byte>;

Bytes inner_set(int magic, const std::vector<std::int64_t>& offsets) {
  Bytes set;
  for (const std::int64_t offset : offsets) {
    LegacyEntry entry;
    entry.magic = magic;
    entry.offset = offset;
    entry.timestamp = 1000 + offset;
    entry.key = "k" + std::to_string(offset);
    entry.value = "v";
    const Bytes bytes = entry.encode();
    set.insert(set.end(), bytes.begin(), bytes.end());
  }
  return set;
}

LegacyEntry wrapper(int magic, std::int64_t offset, const Bytes& set, Codec codec = Codec::gzip) {
  compression::Compressor compressor;
  const std::span<const std::byte> segment = set;
  LegacyEntry entry;
  entry.magic = magic;
  entry.offset = offset;
  entry.timestamp = 5000;
  entry.attributes = static_cast<unsigned>(codec);
  entry.value = std::string(compressor.compress(codec, {&segment, 1}).value().text());
  return entry;
}

std::vector<std::int64_t> offsets_of(const Bytes& data) {
  std::vector<std::int64_t> offsets;
  const auto records = test::read_all(data);
  REQUIRE_MESSAGE(records, records.error().context());
  for (const OwnedRecord& record : *records) offsets.push_back(record.offset);
  return offsets;
}

bool corrupt(const Bytes& data) {
  const auto records = test::read_all(data);
  return !records && records.error() == ErrorCode::corrupt_message;
}

}  // namespace

TEST_CASE("known messages") {
  CHECK(test::read_all(test::from_hex(test::magic1_message)).value() ==
        std::vector{OwnedRecord{0, 1700000000000, "k", "v", {}}});
  CHECK(test::read_all(test::from_hex(test::magic0_message)).value() ==
        std::vector{OwnedRecord{0, -1, "k", "v", {}}});
}

TEST_CASE("null and empty differ") {
  LegacyEntry entry;
  entry.offset = 9;
  CHECK(test::read_all(entry.encode()).value() ==
        std::vector{OwnedRecord{9, -1, std::nullopt, std::nullopt, {}}});
  entry.key = "";
  entry.value = "";
  CHECK(test::read_all(entry.encode()).value() == std::vector{OwnedRecord{9, -1, "", "", {}}});
}

TEST_CASE("wrappers open with every codec of their time") {
  for (const int magic : {0, 1}) {
    for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4}) {
      if (!is_available(codec)) continue;
      const Bytes data = wrapper(magic, 2, inner_set(magic, {0, 1, 2}), codec).encode();
      const auto records = test::read_all(data).value();
      REQUIRE(records.size() == 3);
      CHECK(records[2] == OwnedRecord{2, magic == 0 ? -1 : 1002, "k2", "v", {}});
    }
  }
}

TEST_CASE("offsets inside magic 0 are absolute, compacted or not") {
  CHECK(offsets_of(wrapper(0, 12, inner_set(0, {10, 11, 12})).encode()) ==
        std::vector<std::int64_t>{10, 11, 12});
  CHECK(offsets_of(wrapper(0, 20, inner_set(0, {10, 17, 20})).encode()) ==
        std::vector<std::int64_t>{10, 17, 20});
}

TEST_CASE("offsets inside magic 1 are relative to a wrapper that has the last one") {
  CHECK(offsets_of(wrapper(1, 12, inner_set(1, {0, 1, 2})).encode()) ==
        std::vector<std::int64_t>{10, 11, 12});
  CHECK(offsets_of(wrapper(1, 22, inner_set(1, {3, 5})).encode()) ==
        std::vector<std::int64_t>{20, 22});
  CHECK(offsets_of(wrapper(1, 5, inner_set(1, {5})).encode()) == std::vector<std::int64_t>{5});
}

TEST_CASE("a magic 1 wrapper at offset 0 starts there") {
  CHECK(offsets_of(wrapper(1, 0, inner_set(1, {0, 1, 2})).encode()) ==
        std::vector<std::int64_t>{0, 1, 2});
}

TEST_CASE("the append time of a wrapper is that of its messages") {
  LegacyEntry entry = wrapper(1, 1, inner_set(1, {0, 1}));
  entry.attributes |= 8;
  const auto records = test::read_all(entry.encode()).value();
  REQUIRE(records.size() == 2);
  CHECK(records[0].timestamp == 5000);
  CHECK(records[1].timestamp == 5000);
}

TEST_CASE("a wrapper is known by the offset of its last message before it is opened") {
  const Bytes data = wrapper(1, 12, inner_set(1, {0, 1, 2})).encode();
  records::BatchReader reader(data);
  records::BatchView batch;
  REQUIRE(reader.next(batch));
  CHECK(batch.is_legacy());
  CHECK(batch.last_offset() == 12);
  CHECK(batch.next_offset() == 13);
  CHECK(batch.header.codec() == Codec::gzip);
  CHECK_FALSE(batch.header.is_control());
  CHECK_FALSE(batch.header.has_producer_id());
}

TEST_CASE("message sets that contradict themselves are corrupt") {
  CHECK(corrupt(wrapper(1, 2, inner_set(0, {0, 1, 2})).encode()));  // mixed magics
  CHECK(corrupt(wrapper(1, 2, wrapper(1, 2, inner_set(1, {0, 1, 2})).encode()).encode()));
  CHECK(corrupt(wrapper(1, 2, {}).encode()));
  CHECK(corrupt(wrapper(1, 9, inner_set(1, {1, 0})).encode()));
  CHECK(corrupt(wrapper(1, 9, inner_set(1, {1, 1})).encode()));
  CHECK(corrupt(wrapper(1, 9, inner_set(1, {-1, 1})).encode()));
  CHECK(corrupt(wrapper(1, 1, inner_set(1, {0, 5})).encode()));  // would start at -4
  CHECK(corrupt(wrapper(0, 9, inner_set(0, {0, 1LL << 31})).encode()));
  LegacyEntry null = wrapper(1, 2, inner_set(1, {0}));
  null.value.reset();
  CHECK(corrupt(null.encode()));
  LegacyEntry negative;
  negative.offset = -1;
  CHECK(corrupt(negative.encode()));
  Bytes cut = inner_set(1, {0, 1});
  cut.pop_back();
  CHECK(corrupt(wrapper(1, 1, cut).encode()));
}

TEST_CASE("zstd came after magic 1, but is read like the others") {
  if (!is_available(Codec::zstd)) return;
  CHECK(offsets_of(wrapper(1, 1, inner_set(1, {0, 1}), Codec::zstd).encode()).size() == 2);
}

TEST_CASE("a bit flipped in any byte behind the size is noticed") {
  const Bytes good = wrapper(1, 2, inner_set(1, {0, 1, 2})).encode();
  for (std::size_t at = 12; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= static_cast<std::byte>(1U << (at % 8));
    CAPTURE(at);
    const auto read = test::read_all(bad);
    CHECK((!read || read->empty()));
  }
}

TEST_CASE("without checksums damage at any byte is an error or other records, and nothing worse") {
  records::OpenOptions unchecked;
  unchecked.check_crc = false;
  unchecked.max_decompressed_size = 10000;
  for (const int magic : {0, 1}) {
    for (const Codec codec : {Codec::none, Codec::snappy, Codec::lz4}) {
      if (!is_available(codec)) continue;
      const Bytes inner = inner_set(magic, {0, 1, 2});
      const Bytes good = codec == Codec::none ? inner : wrapper(magic, 2, inner, codec).encode();
      for (std::size_t at = 0; at < good.size(); ++at) {
        for (const unsigned value : {0x00U, 0x01U, 0x7FU, 0x80U, 0xFFU}) {
          Bytes bad = good;
          bad[at] = static_cast<std::byte>(value);
          (void)test::read_all(bad, unchecked);
        }
      }
    }
  }
}
