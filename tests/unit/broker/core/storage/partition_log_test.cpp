#include "broker/src/core/storage/partition_log.hpp"

#include "tests/unit/broker/core/storage/storage_world.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::broker::storage;
using test::batch;
using test::BatchOptions;
using test::Bytes;
using test::StorageWorld;

namespace {

struct World : StorageWorld {
  World() {
    open();
    create();
  }
};

std::vector<std::int64_t> base_offsets(const Bytes& bytes) {
  std::vector<std::int64_t> offsets;
  records::BatchReader reader(bytes);
  for (records::BatchView view; reader.next(view);) offsets.push_back(view.header.base_offset);
  return offsets;
}

}  // namespace

TEST_CASE_FIXTURE(World, "batches are stored as they came, but for offset and leader epoch") {
  const Bytes original = batch("a", {.records = 3});
  Bytes sent = original;
  const Appended first = append("x", {.records = 2});
  const Appended second = log().append(now, {sent, nullptr}, AppendOrigin::client).value();
  CHECK(first.base_offset == 0);
  CHECK(first.last_offset == 1);
  CHECK(second.base_offset == 2);
  CHECK(second.last_offset == 4);
  CHECK(second.append_time == -1);
  const Bytes stored = test::content(log().read(2, 1000, ReadUpTo::high_watermark).value());
  REQUIRE(stored.size() == original.size());
  const auto header = records::BatchHeader::parse(stored).value();
  CHECK(header.base_offset == 2);
  CHECK(header.partition_leader_epoch == 0);
  CHECK(records::crc_matches(stored));
  CHECK(std::equal(stored.begin() + 16, stored.end(), original.begin() + 16));
}

TEST_CASE_FIXTURE(World, "a read returns whole batches from the one with the offset on") {
  for (int at = 0; at < 10; ++at) append("b" + std::to_string(at), {.records = 2});
  const std::size_t size = batch("b0", {.records = 2}).size();
  const auto read = [&](std::int64_t offset, std::size_t max_bytes) {
    const LogRead result = log().read(offset, max_bytes, ReadUpTo::high_watermark).value();
    const std::vector<std::int64_t> offsets = base_offsets(test::content(result));
    CHECK(result.size == offsets.size() * size);
    if (!offsets.empty()) CHECK(result.next_offset == offsets.back() + 2);
    return offsets;
  };
  const auto check = [&] {
    CHECK(read(0, 1) == std::vector<std::int64_t>{0});
    CHECK(read(5, 1) == std::vector<std::int64_t>{4});
    CHECK(read(5, 3 * size) == std::vector<std::int64_t>{4, 6, 8});
    CHECK(read(5, 4 * size - 1) == std::vector<std::int64_t>{4, 6, 8});
    CHECK(read(18, 1 << 20) == std::vector<std::int64_t>{18});
    CHECK(read(20, 1 << 20).empty());
    CHECK(log().read(21, 1, ReadUpTo::log_end).error() == ErrorCode::offset_out_of_range);
    CHECK(log().read(-1, 1, ReadUpTo::log_end).error() == ErrorCode::offset_out_of_range);
  };
  SUBCASE("from memory") { check(); }
  SUBCASE("from disk") {
    kill();
    open();
    check();
  }
}

TEST_CASE_FIXTURE(World, "large batches are shared with their owner, not copied") {
  auto owned = std::make_shared<Bytes>(batch("x", {.value_size = 100000}));
  REQUIRE(log().append(now, {*owned, owned}, AppendOrigin::client));
  const LogRead read = log().read(0, 1, ReadUpTo::high_watermark).value();
  REQUIRE(read.pieces.size() == 1);
  CHECK(read.pieces[0].bytes.data() == owned->data());
}

TEST_CASE_FIXTURE(World, "what is read stays alive without the log") {
  append("kept");
  const LogRead read = log().read(0, 1, ReadUpTo::high_watermark).value();
  const Bytes before = test::content(read);
  REQUIRE(manager->delete_topic(now, "t"));
  manager.reset();
  CHECK(test::content(read) == before);
}

TEST_CASE_FIXTURE(World, "what is no single whole batch is refused") {
  Bytes bytes = batch("x");
  SUBCASE("cut short") { bytes.pop_back(); }
  SUBCASE("with more behind it") { bytes.push_back(std::byte{0}); }
  SUBCASE("nothing") { bytes.clear(); }
  SUBCASE("of an old format") { bytes[16] = std::byte{1}; }
  CHECK(append(bytes).error() == ErrorCode::corrupt_message);
  CHECK(log().log_end_offset() == 0);
}

TEST_CASE_FIXTURE(World, "a batch that is larger than a segment is refused") {
  create("small", {{"segment.bytes", "1000"}});
  CHECK(append(batch("x", {.value_size = 2000}), "small").error() ==
        ErrorCode::record_list_too_large);
  CHECK(append(batch("x", {.value_size = 900}), "small"));
}

TEST_CASE_FIXTURE(World, "a second segment comes when something of the first is durable") {
  close();
  config.fsync = FsyncPolicy::always;
  open();
  create("small", {{"segment.bytes", "1000"}});
  for (int at = 0; at < 5; ++at) {
    REQUIRE(append(batch("x", {.value_size = 400}), "small"));
    CHECK(log("small").segments().all().size() == 1);
  }
  settle();
  REQUIRE(append(batch("x", {.value_size = 400}), "small"));
  CHECK(log("small").segments().all().size() == 2);
  settle();
  cut_power();
  open();
  CHECK(base_offsets(read_all(0, "small")).size() == 6);
}

TEST_CASE_FIXTURE(World, "segments are rolled by size") {
  create("small", {{"segment.bytes", "1000"}});
  for (int at = 0; at < 10; ++at) REQUIRE(append(batch("x", {.value_size = 400}), "small"));
  settle();
  CHECK(log("small").segments().all().size() == 5);
  std::vector<std::int64_t> bases;
  for (const auto& [base, segment] : log("small").segments().all()) {
    bases.push_back(base);
    CHECK(segment->size() <= 1000);
  }
  CHECK(bases == std::vector<std::int64_t>{0, 2, 4, 6, 8});
  CHECK(base_offsets(read_all(0, "small")).size() == 10);
  CHECK(disk.exists("small-0/00000000000000000008.snapshot").value());
}

TEST_CASE_FIXTURE(World, "segments are rolled by the time of their records") {
  create("old", {{"segment.ms", "1000"}});
  const auto add = [&](Timestamp timestamp) {
    REQUIRE(append(batch("x", {.timestamp = timestamp}), "old"));
    return log("old").segments().all().size();
  };
  CHECK(add(5000) == 1);
  CHECK(add(6000) == 1);
  CHECK(add(100) == 1);
  CHECK(add(6001) == 2);
  CHECK(add(7001) == 2);
  CHECK(add(7002) == 3);
}

TEST_CASE_FIXTURE(World, "segments are rolled before offsets exceed 32 bits") {
  // As after compaction: a batch that says it has two thousand million records.
  Bytes bytes = batch("x");
  records::BatchHeader header = records::BatchHeader::parse(bytes).value();
  header.last_offset_delta = 2'000'000'000;
  header.write(std::span(bytes).first<records::batch_header_size>());
  header.crc = records::compute_crc(bytes);
  header.write(std::span(bytes).first<records::batch_header_size>());
  for (int at = 0; at < 3; ++at) REQUIRE(append(bytes));
  CHECK(log().segments().all().size() == 3);
  CHECK(log().log_end_offset() == 6'000'000'003);
  CHECK(base_offsets(read_all()) == std::vector<std::int64_t>{0, 2'000'000'001, 4'000'000'002});
}

TEST_CASE_FIXTURE(World, "with LogAppendTime records get the time of the append") {
  create("timed", {{"message.timestamp.type", "LogAppendTime"}});
  const Appended appended = append(batch("x", {.timestamp = 5}), "timed").value();
  CHECK(appended.append_time == now.wall);
  const Bytes stored = read_all(0, "timed");
  const auto header = records::BatchHeader::parse(stored).value();
  CHECK(header.timestamp_type() == records::TimestampType::log_append_time);
  CHECK(header.max_timestamp == now.wall);
  CHECK(records::crc_matches(stored));
}

TEST_CASE_FIXTURE(World, "a repeated batch is answered with its first offsets") {
  const auto send = [&](std::int32_t sequence) {
    return append(batch("x", {.records = 2, .producer_id = 5, .base_sequence = sequence}));
  };
  for (int at = 0; at < 6; ++at) CHECK_FALSE(send(2 * at).value().duplicate);
  const Appended repeated = send(4).value();
  CHECK(repeated.duplicate);
  CHECK(repeated.base_offset == 4);
  CHECK(repeated.last_offset == 5);
  CHECK(log().log_end_offset() == 12);
  CHECK(send(0).error() == ErrorCode::out_of_order_sequence_number);
  CHECK(send(14).error() == ErrorCode::out_of_order_sequence_number);
  CHECK_FALSE(send(12).value().duplicate);
}

TEST_CASE_FIXTURE(World, "logs that moved on are reported once, in order") {
  create("a");
  create("b");
  manager->take_advanced();
  REQUIRE(append(batch("x"), "b"));
  REQUIRE(append(batch("x"), "a"));
  REQUIRE(append(batch("x"), "b"));
  CHECK(manager->take_advanced() == std::vector<PartitionLog*>{&log("b"), &log("a")});
  CHECK(manager->take_advanced().empty());
  REQUIRE(append(batch("x"), "a"));
  CHECK(manager->take_advanced().size() == 1);
}

TEST_CASE("with fsync always readers see only what is durable") {
  StorageWorld world;
  world.config.fsync = FsyncPolicy::always;
  world.open();
  PartitionLog& log = world.create();
  world.manager->take_advanced();
  REQUIRE(world.append(batch("x")));
  CHECK(log.log_end_offset() == 1);
  CHECK(log.high_watermark() == 0);
  CHECK(world.manager->take_advanced().empty());
  CHECK(log.read(0, 1000, ReadUpTo::high_watermark).value().size == 0);
  CHECK(log.read(0, 1000, ReadUpTo::log_end).value().size > 0);
  REQUIRE(world.append(batch("y")));
  world.disk.deliver(world.now, *world.manager);
  // The first sync covers the first batch only; the second is under way.
  CHECK(log.high_watermark() == 1);
  CHECK(world.manager->take_advanced().size() == 1);
  world.settle();
  CHECK(log.high_watermark() == 2);
  CHECK(log.read(0, 1000, ReadUpTo::high_watermark).value().next_offset == 2);
}

TEST_CASE("with fsync always a topic that is not durable acknowledges nothing") {
  StorageWorld world;
  world.config.fsync = FsyncPolicy::always;
  world.open();
  world.manager->create_topic(world.now, {"t", Uuid(7, 1), 1, {}}).value();
  REQUIRE(world.append(batch("x")));
  int deliveries = 0;
  while (world.log().high_watermark() == 0 && deliveries < 20) {
    if (world.disk.exists("barnabas-topics").value()) ++deliveries;
    world.disk.deliver(world.now, *world.manager);
  }
  CHECK(world.log().high_watermark() == 1);
  world.cut_power();
  world.open();
  REQUIRE(world.manager->log("t", 0) != nullptr);
  CHECK(world.log().log_end_offset() == 1);
}

TEST_CASE("with fsync always files whose names a loss of power took are made durable again") {
  StorageWorld world;
  world.config.fsync = FsyncPolicy::always;
  world.open();
  world.create();
  // Of a log its folder is left, but not the file in it; or only the page cache knew the names.
  SUBCASE("a lost segment") {
    world.manager.reset();
    world.disk.restart();
    world.disk.remove("t-0/00000000000000000000.log").value();
  }
  SUBCASE("a killed process") {
    REQUIRE(world.manager->create_topic(world.now, {"u", Uuid(7, 9), 1, {}}));
    world.kill();
  }
  world.open();
  for (const char* topic : {"t", "u"}) {
    if (world.manager->log(topic, 0) == nullptr) continue;
    REQUIRE(world.append(batch("x"), topic));
    world.settle();
    CHECK(world.log(topic).high_watermark() == 1);
  }
  const bool has_u = world.manager->log("u", 0) != nullptr;
  world.cut_power();
  world.open();
  CHECK(world.log().log_end_offset() == 1);
  if (has_u) CHECK(world.log("u").log_end_offset() == 1);
}

TEST_CASE("with fsync interval a flush comes after so many records or so much time") {
  StorageWorld world;
  world.open();
  SUBCASE("records") {
    PartitionLog& log = world.create("t", {{"flush.messages", "3"}});
    world.append("x", {.records = 2});
    CHECK(log.durable_offset() == 0);
    CHECK(log.high_watermark() == 2);
    world.append("x");
    CHECK(log.durable_offset() == 3);
  }
  SUBCASE("time") {
    PartitionLog& log = world.create("t", {{"flush.ms", "200"}});
    world.append("x");
    world.advance(std::chrono::milliseconds(150));
    world.append("x");
    CHECK(log.durable_offset() == 0);
    CHECK(world.manager->next_deadline() == world.now.monotonic + std::chrono::milliseconds(50));
    world.advance(std::chrono::milliseconds(50));
    CHECK(log.durable_offset() == 2);
  }
}

TEST_CASE_FIXTURE(World, "leader epochs are kept and answered") {
  append("x", {.records = 5});
  REQUIRE(log().start_leader_epoch(now, 3));
  CHECK(log().start_leader_epoch(now, 3).error() == ErrorCode::invalid_argument);
  const Appended appended = append("y", {.records = 5});
  CHECK(appended.leader_epoch == 3);
  CHECK(log().offset_for_leader_epoch(0) == EpochEndOffset{0, 5});
  CHECK(log().offset_for_leader_epoch(3) == EpochEndOffset{3, 10});
  CHECK(log().offset_for_leader_epoch(4) == EpochEndOffset{-1, -1});
  close();
  open();
  CHECK(log().leader_epoch() == 3);
  CHECK(log().offset_for_leader_epoch(2) == EpochEndOffset{0, 5});
}

TEST_CASE_FIXTURE(World, "records are found by time") {
  append("a", {.records = 2, .timestamp = 1000});
  append("b", {.records = 2, .timestamp = 3000});
  append("c", {.records = 2, .timestamp = 2000, .compression = lz4()});
  append("d", {.records = 2, .timestamp = 4000, .compression = lz4()});
  const auto find = [&](Timestamp timestamp) {
    const auto found = log().offset_for_timestamp(timestamp).value();
    return found ? found->offset : -1;
  };
  CHECK(find(0) == 0);
  CHECK(find(1000) == 0);
  CHECK(find(1001) == 2);
  CHECK(find(3001) == 6);
  CHECK(find(4001) == -1);
  CHECK(log().max_timestamp().value() == TimestampOffset{4000, 6, 0});
  REQUIRE(log().delete_records(now, 3));
  CHECK(find(1001) == 3);
}

TEST_CASE_FIXTURE(World, "deleted records are gone, also after a restart") {
  create("small", {{"segment.bytes", "1000"}});
  for (int at = 0; at < 10; ++at) REQUIRE(append(batch("x", {.value_size = 400}), "small"));
  settle();
  CHECK(log("small").delete_records(now, 11).error() == ErrorCode::offset_out_of_range);
  CHECK(log("small").delete_records(now, 5).value() == 5);
  CHECK(log("small").delete_records(now, 3).value() == 5);
  CHECK(log("small").read(4, 1, ReadUpTo::log_end).error() == ErrorCode::offset_out_of_range);
  CHECK(log("small").read(5, 1, ReadUpTo::log_end).value().size > 0);
  CHECK(log("small").segments().all().size() == 5);
  REQUIRE(manager->next_deadline() == now.monotonic);
  advance(Duration());
  CHECK(log("small").segments().all().begin()->first == 4);
  cut_power();
  open();
  CHECK(log("small").log_start_offset() == 5);
  CHECK(log("small").delete_records(now, -1).value() == log("small").log_end_offset());
}

TEST_CASE_FIXTURE(World, "truncation drops the batch with the offset and all behind it") {
  create("small", {{"segment.bytes", "1000"}});
  for (int at = 0; at < 10; ++at) {
    REQUIRE(
        append(batch("x", {.value_size = 400, .producer_id = 1, .base_sequence = at}), "small"));
  }
  settle();
  REQUIRE(log("small").truncate(now, 5));
  CHECK(log("small").log_end_offset() == 5);
  CHECK(log("small").high_watermark() == 5);
  CHECK(base_offsets(read_all(0, "small")).size() == 5);
  const Appended appended =
      append(batch("new", {.value_size = 400, .producer_id = 1, .base_sequence = 5}), "small")
          .value();
  CHECK(appended.base_offset == 5);
  CHECK_FALSE(appended.duplicate);
  REQUIRE(log("small").truncate(now, 0));
  CHECK(log("small").log_end_offset() == 0);
  CHECK(read_all(0, "small").empty());
  settle();
  advance(Duration());
  close();
  open();
  CHECK(log("small").offline().ok());
  CHECK(log("small").log_end_offset() == 0);
}
