// What a log offers as ranges of its files is what it would have read.
#include "broker/src/core/storage/segment_list.hpp"
#include "broker/src/io/posix_disk.hpp"
#include "protocol/base/random.hpp"
#include "tests/support/batches.hpp"
#include "tests/unit/broker/io/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::broker::storage;
using barnabas::test::OwnedRecord;
using barnabas::test::TemporaryFolder;

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::int32_t index_interval = 4096;

struct World {
  TemporaryFolder folder;
  std::unique_ptr<broker::io::PosixDisk> disk =
      broker::io::PosixDisk::open(folder.path(), [] {}).value();
  SegmentList segments{*disk, ""};
  ByteBuffer scratch;
  std::int64_t end = 0;

  World() { roll(); }

  void roll() {
    if (!segments.empty()) REQUIRE(segments.last().close_for_appends());
    REQUIRE(segments.add(end, index_interval).create());
  }
  void append(std::size_t size, std::int32_t records = 1) {
    std::vector<OwnedRecord> owned;
    for (std::int32_t at = 0; at < records; ++at) {
      const std::size_t each = size / static_cast<std::size_t>(records);
      owned.push_back({at, 1000 + end, std::nullopt, std::string(each, 'x'), {}});
    }
    Bytes bytes = test::make_batch(owned, {}, {});
    wire::store_big_endian(bytes.data(), static_cast<std::uint64_t>(end));
    const auto header = records::BatchHeader::parse({bytes.data(), bytes.size()}).value();
    REQUIRE(segments.last().append(header, {bytes.data(), bytes.size()}));
    end += records;
  }
  LogRead read(std::int64_t offset, std::int64_t up_to, std::size_t max_bytes, ReadTo to) {
    return segments.read(offset, up_to, max_bytes, to, scratch).value();
  }
};

Bytes content(const LogRead& read) {
  Bytes bytes;
  for (const LogPiece& piece : read.pieces) {
    bytes.insert(bytes.end(), piece.bytes.begin(), piece.bytes.end());
  }
  if (read.range) {
    bytes.resize(read.range->size);
    REQUIRE(wire::read_all(*read.range, bytes));
  }
  return bytes;
}

/// Sizes of batches: some far below the index interval, some far above.
std::size_t batch_size(Random& random) {
  switch (random.below(3)) {
    case 0:
      return 1 + random.below(200);
    case 1:
      return 1 + random.below(9000);
    default:
      return 1 + random.below(120'000);
  }
}

}  // namespace

TEST_CASE("ranges hold the batches that would have been read") {
  World world;
  Random random(7);
  for (int segment = 0; segment < 3; ++segment) {
    if (segment > 0) world.roll();
    for (int at = 0; at < 150; ++at) {
      world.append(batch_size(random), 1 + static_cast<std::int32_t>(random.below(4)));
    }
  }
  int ranges = 0;
  for (int at = 0; at < 2000; ++at) {
    const auto end =
        1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(world.end)));
    const auto offset = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(end)));
    const std::size_t max_bytes =
        random.below(4) == 0 ? random.below(20'000) : random.below(1'500'000);
    CAPTURE(offset);
    CAPTURE(end);
    CAPTURE(max_bytes);
    const LogRead in_memory = world.read(offset, end, max_bytes, ReadTo::look);
    const LogRead to_send = world.read(offset, end, max_bytes, ReadTo::send);
    CHECK_FALSE(in_memory.range);
    REQUIRE(to_send.size == in_memory.size);
    REQUIRE(to_send.next_offset == in_memory.next_offset);
    REQUIRE(content(to_send) == content(in_memory));
    if (to_send.range) {
      ++ranges;
      REQUIRE(to_send.pieces.empty());
      REQUIRE(to_send.range->size == to_send.size);
      REQUIRE(to_send.size > 10'000);  // small ones are read
    }
  }
  CHECK(ranges > 1000);
}

TEST_CASE("the first batch is offered whatever its size, alone") {
  World world;
  world.append(200'000);
  world.append(100);
  const LogRead read = world.read(0, 2, 50'000, ReadTo::send);
  REQUIRE(read.range);
  CHECK(read.size > 200'000);
  CHECK(read.next_offset == 1);
}

TEST_CASE("an index that is wrong in between leads to no wrong range") {
  World world;
  for (int at = 0; at < 50; ++at) world.append(10'000);
  world.roll();
  std::int64_t end = 50;
  std::size_t max_bytes = 1'000'000;
  const auto index = world.disk->open("00000000000000000000.index", OpenMode::existing).value();
  Bytes entries(world.disk->size(index).value());
  REQUIRE(world.disk->read(index, 0, entries));
  const auto position_of = [&](std::size_t entry) { return entries.data() + entry * 8 + 4; };
  SUBCASE("positions where no batch begins") {
    max_bytes = 300'000;
    for (std::size_t at = 20; at < 30; ++at) position_of(at)[3] ^= std::byte{1};
  }
  SUBCASE("positions of other batches") {
    end = 25;
    for (std::size_t at = 15; at < 35; ++at) std::copy_n(position_of(at + 3), 4, position_of(at));
  }
  const std::span<const std::byte> part(entries);
  REQUIRE(world.disk->write(index, 0, {&part, 1}));
  const LogRead in_memory = world.read(0, end, max_bytes, ReadTo::look);
  const LogRead to_send = world.read(0, end, max_bytes, ReadTo::send);
  REQUIRE(to_send.range);
  CHECK(to_send.size == in_memory.size);
  CHECK(to_send.next_offset == in_memory.next_offset);
}

TEST_CASE("what is offered outlives the segment's removal, replacement and the disk itself") {
  World world;
  for (int at = 0; at < 10; ++at) world.append(10'000);
  world.roll();
  const LogRead read = world.read(0, 10, 1 << 20, ReadTo::send);
  REQUIRE(read.range);
  const Bytes before = content(read);
  SUBCASE("removed") { world.segments.remove(0); }
  SUBCASE("replaced") {
    const auto cleaned =
        world.disk->open("00000000000000000000.log.swap", OpenMode::create_truncated).value();
    const Bytes other(5000, std::byte{1});
    const std::span<const std::byte> part(other);
    REQUIRE(world.disk->write(cleaned, 0, {&part, 1}));
    world.disk->close(cleaned);
    Segment& segment = world.segments.replace(0, index_interval, ".swap", other.size());
    REQUIRE(segment.rename("00000000000000000000.log"));
  }
  SUBCASE("without the disk") { world.disk->close(world.segments.first().file().value()); }
  CHECK(content(read) == before);
}

TEST_CASE("what was cut off is not offered again as what has grown in its place") {
  World world;
  for (int at = 0; at < 10; ++at) world.append(10'000);
  const LogRead whole = world.read(0, 10, 1 << 20, ReadTo::send);
  const LogRead front = world.read(0, 3, 1 << 20, ReadTo::send);
  REQUIRE(whole.range);
  REQUIRE(front.range);
  const std::uint64_t kept = front.range->end();
  REQUIRE(world.disk->truncate(world.segments.last().file().value(), kept));
  const Bytes other(100'000, std::byte{1});
  const std::span<const std::byte> part(other);
  REQUIRE(world.disk->write(world.segments.last().file().value(), kept, {&part, 1}));

  CHECK(whole.range->file->cut_at() == kept);
  Bytes bytes(whole.range->size);
  CHECK(wire::read_all(*whole.range, bytes).error() == ErrorCode::io_error);
  CHECK(content(front).size() == front.size);
  const auto anew = world.disk->share(world.segments.last().file().value());
  CHECK(anew->cut_at() > kept + other.size());
}
