#include "client/src/core/consumer/fetch/record_drain.hpp"
#include "protocol/base/random.hpp"
#include "protocol/records/control_record.hpp"
#include "protocol/wire/big_endian.hpp"
#include "tests/support/batches.hpp"

#include <barnabas/records.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>

using namespace barnabas;
using namespace barnabas::client;
using barnabas::test::make_batch;
using barnabas::test::numbered_records;
using barnabas::test::OwnedRecord;

namespace {

using Bytes = std::vector<std::byte>;

void append(Bytes& log, const Bytes& batch) { log.insert(log.end(), batch.begin(), batch.end()); }

Bytes batch_at(std::int64_t offset, std::int32_t records, Compression compression = {}) {
  return make_batch(numbered_records(records), compression, {}, offset);
}
Bytes transactional(std::int64_t offset, std::int64_t producer, std::int32_t records,
                    Compression compression = {}) {
  return make_batch(numbered_records(records), compression, {producer, 0, 0, true}, offset);
}
Bytes marker(std::int64_t offset, std::int64_t producer, bool committed) {
  const auto bytes = records::encode_end_transaction({committed, 0}, producer, 0, 1000);
  Bytes batch(bytes.begin(), bytes.end());
  records::set_base_offset(batch, offset);
  return batch;
}

FetchedChunk chunk_of(Bytes log, std::int64_t start = 0,
                      std::vector<AbortedTransaction> aborted = {}, std::string topic = "t") {
  auto frame = std::make_shared<Bytes>(std::move(log));
  FetchedChunk chunk;
  chunk.partition = {std::move(topic), 0};
  chunk.generation = 5;
  chunk.data = BytesView(frame->data(), frame->size());
  chunk.start = start;
  chunk.aborted = std::move(aborted);
  chunk.records = 1000;
  chunk.frame = std::move(frame);
  return chunk;
}

RecordDrain::Options committed() {
  RecordDrain::Options options;
  options.isolation = IsolationLevel::read_committed;
  return options;
}

std::vector<std::int64_t> offsets(const std::shared_ptr<detail::RecordBlock>& block) {
  std::vector<std::int64_t> all;
  for (const ConsumerRecord& record : Records(block)) all.push_back(record.offset());
  return all;
}

std::vector<std::int64_t> read_offsets(Bytes log, RecordDrain::Options options,
                                       std::vector<AbortedTransaction> aborted = {}) {
  RecordDrain drain(options);
  drain.add(chunk_of(std::move(log), 0, std::move(aborted)));
  const auto block = drain.decode();
  REQUIRE(!drain.has_failure());
  return offsets(block);
}

using Offsets64 = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("drain: records are views with everything that the batch says") {
  OwnedRecord record{0, 1234, std::nullopt, "", {{"trace", "abc"}, {"trace", std::nullopt}}};
  RecordDrain drain({});
  drain.add(chunk_of(make_batch({record, {1, 1240, "k", std::nullopt, {}}}, {}, {}, 40)));
  const Records records(drain.decode());
  REQUIRE(records.size() == 2);
  auto at = records.begin();
  CHECK(at->topic() == "t");
  CHECK(at->offset() == 40);
  CHECK(at->timestamp().time_since_epoch().count() == 1234);
  CHECK(at->timestamp_type() == TimestampType::create_time);
  CHECK(!at->has_key());
  CHECK(at->has_value());
  CHECK(at->value_bytes()->empty());
  CHECK(at->headers().size() == 2);
  CHECK(at->headers().begin()->value->text() == "abc");
  CHECK(!at->header("trace")->value);
  CHECK(!at->header("none"));
  const ConsumerRecord copy = *++at;
  CHECK(copy.key() == "k");
  CHECK(!copy.has_value());
  CHECK(++at == records.end());
  CHECK(records.next_offsets().at({"t", 0}).offset == 42);
  CHECK(drain.take_finished().size() == 1);
}

TEST_CASE("drain: a record keeps everything alive that it points into") {
  ConsumerRecord kept;
  for (const Compression& compression : {uncompressed(), gzip()}) {
    {
      RecordDrain drain({});
      drain.add(chunk_of(batch_at(0, 3, compression)));
      kept = *Records(drain.decode()).begin();
    }
    CHECK(kept.value() == "value-0");
  }
}

TEST_CASE("drain: max.poll.records splits batches, ranges and chunks without loss") {
  for (const Compression& compression : {uncompressed(), gzip()}) {
    RecordDrain::Options options;
    options.max_records = 3;
    RecordDrain drain(options);
    Bytes log = batch_at(0, 5, compression);
    append(log, batch_at(5, 2, compression));
    drain.add(chunk_of(log));
    drain.add(chunk_of(batch_at(7, 4, compression), 7));
    Offsets64 all;
    while (!drain.empty()) {
      const auto block = drain.decode();
      CHECK(block->entries.size() <= 3);
      CHECK(block->ranges.size() == 1);
      const Offsets64 some = offsets(block);
      all.insert(all.end(), some.begin(), some.end());
      if (!some.empty()) CHECK(block->ranges.back().next_offset == some.back() + 1);
    }
    CHECK(all == Offsets64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  }
}

TEST_CASE("cat_C24 compressed batches are opened only as far as memory allows") {
  const std::string mebibyte(1 << 20, 'x');
  Bytes log;
  for (std::int64_t offset = 0; offset < 64; ++offset) {
    append(log, make_batch({{0, 1, std::nullopt, mebibyte, {}}}, gzip(), {}, offset));
  }
  REQUIRE(log.size() < 256 * 1024);
  RecordDrain::Options options;
  options.max_decompressed_bytes = 4 << 20;
  RecordDrain drain(options);
  drain.add(chunk_of(std::move(log)));
  std::int64_t next = 0;
  for (int block = 0; block < 16; ++block) {
    const Records records(drain.decode());
    CHECK(records.size() == 4);
    for (const ConsumerRecord& record : records) CHECK(record.offset() == next++);
  }
  CHECK(next == 64);
  CHECK(drain.decode()->entries.empty());
  CHECK(drain.empty());
}

TEST_CASE("cat_C24 a batch that alone takes more than allowed is handed out nevertheless") {
  Bytes log = make_batch({{0, 1, std::nullopt, std::string(1000, 'x'), {}},
                          {1, 1, std::nullopt, std::string(1000, 'y'), {}}},
                         gzip());
  append(log, batch_at(2, 1, gzip()));
  for (const std::size_t max_records : {1U, 500U}) {
    RecordDrain::Options options;
    options.max_records = max_records;
    options.max_decompressed_bytes = 1;
    RecordDrain drain(options);
    drain.add(chunk_of(log));
    Offsets64 all;
    for (int i = 0; i < 10 && !drain.empty(); ++i) {
      for (const std::int64_t offset : offsets(drain.decode())) all.push_back(offset);
    }
    CHECK(all == Offsets64{0, 1, 2});
  }
}

TEST_CASE("drain: records before the wanted offset are left out") {
  RecordDrain drain({});
  Bytes log = batch_at(0, 5);
  append(log, batch_at(5, 2));
  drain.add(chunk_of(log, 3));
  CHECK(offsets(drain.decode()) == Offsets64{3, 4, 5, 6});
}

TEST_CASE("drain: what is recalled half-read goes on where it was") {
  RecordDrain::Options options;
  options.max_records = 3;
  RecordDrain drain(options);
  Bytes log = batch_at(0, 2);
  append(log, batch_at(2, 4, gzip()));
  append(log, batch_at(6, 1));
  drain.add(chunk_of(log));
  CHECK(offsets(drain.decode()) == Offsets64{0, 1, 2});
  std::vector<FetchedChunk> back = drain.recall();
  CHECK(drain.empty());
  REQUIRE(back.size() == 1);
  CHECK(back.front().start == 3);
  drain.add(std::move(back.front()));
  CHECK(offsets(drain.decode()) == Offsets64{3, 4, 5});
  CHECK(offsets(drain.decode()) == Offsets64{6});
}

TEST_CASE("drain: the generation and the partition travel with the records") {
  RecordDrain drain({});
  drain.add(chunk_of(batch_at(0, 1)));
  CHECK(drain.takes({"t", 1}) == false);  // 1000 records are claimed to wait
  drain.add(chunk_of(batch_at(0, 1), 0, {}, "u"));
  const Records records(drain.decode());
  std::vector<std::string> topics;
  for (const PartitionRecords& partition : records.partitions()) {
    topics.push_back(partition.topic());
    CHECK(partition.size() == 1);
    CHECK(partition[0].offset() == 0);
  }
  CHECK(topics == std::vector<std::string>{"t", "u"});
  CHECK(records.block()->ranges.front().generation == 5);
}

TEST_CASE("cat_C05 a truncated last batch is no error") {
  Bytes log = batch_at(0, 3);
  Bytes second = batch_at(3, 3);
  for (std::size_t size = 0; size < second.size(); ++size) {
    Bytes cut = log;
    cut.insert(cut.end(), second.begin(), second.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(read_offsets(cut, {}) == Offsets64{0, 1, 2});
  }
}

TEST_CASE("cat_C07 no flipped bit is ever delivered, nor skipped in silence") {
  const Bytes good = batch_at(100, 3);
  for (std::size_t at = 0; at < good.size(); ++at) {
    // Where the checksum does not reach: base offset, length and leader epoch; magic has its own
    // check.
    if (at < 16) continue;
    for (int bit = 0; bit < 8; ++bit) {
      CAPTURE(at);
      Bytes bad = good;
      bad[at] ^= static_cast<std::byte>(1 << bit);
      append(bad, batch_at(103, 1));
      RecordDrain drain(committed());
      drain.add(chunk_of(bad, 100, {{7, 0}}));
      const auto block = drain.decode();
      REQUIRE(block->entries.empty());
      REQUIRE(block->ranges.back().next_offset == 100);
      REQUIRE(drain.has_failure());
      REQUIRE(drain.take_failure()->error.code() == ErrorCode::corrupt_message);
    }
  }
}

TEST_CASE("drain: without check.crcs a damaged value is delivered as it is") {
  Bytes bad = batch_at(0, 1);
  bad.back() ^= std::byte{1};  // the count of headers
  bad[bad.size() - 3] ^= std::byte{1};
  bad.back() ^= std::byte{1};
  RecordDrain::Options options;
  options.check_crcs = false;
  CHECK(read_offsets(bad, options) == Offsets64{0});
}

TEST_CASE("cat_C08 a corrupt batch: what is before it is delivered, then the error, then others") {
  Bytes log = batch_at(0, 3);
  Bytes bad = batch_at(3, 3);
  bad[70] ^= std::byte{1};
  append(log, bad);
  append(log, batch_at(6, 3));
  RecordDrain drain({});
  drain.add(chunk_of(log));
  drain.add(chunk_of(batch_at(0, 1), 0, {}, "other"));
  const auto block = drain.decode();
  CHECK(offsets(block) == Offsets64{0, 1, 2});
  CHECK(block->ranges.back().next_offset == 3);
  const auto failure = drain.take_failure();
  REQUIRE(failure);
  CHECK(failure->partition == TopicPartition("t", 0));
  CHECK(failure->error.to_string().find("offset 3") != std::string::npos);
  CHECK(offsets(drain.decode()) == Offsets64{0});
}

TEST_CASE("cat_C01 an aborted transaction without data hides nothing that follows") {
  Bytes log = marker(0, 7, false);
  append(log, transactional(1, 7, 2));
  append(log, marker(3, 7, true));
  CHECK(read_offsets(log, committed(), {{7, 0}}) == Offsets64{1, 2});
}

TEST_CASE("cat_C02 aborted records: codec, order and isolation") {
  for (const Compression& compression : {uncompressed(), gzip(), lz4(), zstd(), snappy()}) {
    if (!is_available(compression.codec())) continue;
    Bytes log = transactional(0, 7, 2, compression);   // aborted
    append(log, transactional(2, 8, 2, compression));  // aborted
    append(log, batch_at(4, 1, compression));          // not transactional
    append(log, marker(5, 8, false));
    append(log, transactional(6, 8, 1, compression));  // committed
    append(log, marker(7, 7, false));
    append(log, marker(8, 8, true));
    append(log, transactional(9, 7, 1, compression));  // committed
    append(log, marker(10, 7, true));
    CHECK(read_offsets(log, committed(), {{7, 0}, {8, 2}}) == Offsets64{4, 6, 9});
    CHECK(read_offsets(log, {}, {{7, 0}, {8, 2}}) == Offsets64{0, 1, 2, 3, 4, 6, 9});
  }
}

TEST_CASE("cat_C02 a producer that aborts twice in one response") {
  Bytes log = transactional(0, 7, 1);
  append(log, marker(1, 7, false));
  append(log, transactional(2, 7, 1));
  append(log, marker(3, 7, false));
  append(log, transactional(4, 7, 1));
  append(log, marker(5, 7, true));
  CHECK(read_offsets(log, committed(), {{7, 0}, {7, 2}}) == Offsets64{4});
}

TEST_CASE("drain: what is recalled behind an abort marker forgets the aborted transaction") {
  for (const Compression& compression : {uncompressed(), gzip()}) {
    Bytes log = transactional(0, 7, 3, compression);  // aborted
    append(log, marker(3, 7, false));
    append(log, transactional(4, 7, 4, compression));  // committed
    append(log, marker(8, 7, true));
    append(log, transactional(9, 7, 2, compression));  // aborted again
    append(log, marker(11, 7, false));
    append(log, batch_at(12, 1, compression));
    RecordDrain::Options options = committed();
    options.max_records = 2;
    RecordDrain drain(options);
    drain.add(chunk_of(log, 0, {{7, 0}, {7, 9}}));
    CHECK(offsets(drain.decode()) == Offsets64{4, 5});
    Offsets64 rest;
    for (int recalls = 0; recalls < 10 && !drain.empty(); ++recalls) {
      for (FetchedChunk& chunk : drain.recall()) drain.add(std::move(chunk));
      const Offsets64 some = offsets(drain.decode());
      rest.insert(rest.end(), some.begin(), some.end());
    }
    CHECK(rest == Offsets64{6, 7, 12});
  }
}

TEST_CASE("cat_C03 a control batch of several or of broken markers") {
  // Two abort markers in one batch: key version 0, type 0.
  const std::string key(4, '\0');
  const std::string value(6, '\0');
  Bytes control =
      make_batch({{0, 1, key, value, {}}, {1, 1, key, value, {}}}, {}, {7, 0, -1, true});
  const auto set_control = [](Bytes& batch) {
    batch[22] |= std::byte{0x20};
    wire::store_big_endian(batch.data() + 17,
                           records::compute_crc(BytesView(batch.data(), batch.size())));
  };
  set_control(control);
  Bytes log = control;
  append(log, batch_at(2, 1));
  CHECK(read_offsets(log, committed(), {{7, 0}}) == Offsets64{2});
  CHECK(read_offsets(log, {}) == Offsets64{2});

  Bytes broken = make_batch({{0, 1, "x", value, {}}}, {}, {7, 0, -1, true});
  set_control(broken);
  append(broken, batch_at(1, 1));
  RecordDrain drain(committed());
  drain.add(chunk_of(broken, 0, {{7, 0}}));
  CHECK(drain.decode()->entries.empty());
  CHECK(drain.has_failure());
}

TEST_CASE("cat_C04 only aborted or control data: no records, but the position moves on") {
  Bytes log = transactional(0, 7, 500);
  append(log, marker(500, 7, false));
  RecordDrain drain(committed());
  drain.add(chunk_of(log, 0, {{7, 0}}));
  const Records records(drain.decode());
  CHECK(records.empty());
  CHECK(records.partitions().empty());
  CHECK(records.next_offsets().at({"t", 0}).offset == 501);
  CHECK(drain.empty());
}

TEST_CASE("cat_C17 the offset after a trailing control record is the next one") {
  Bytes log = transactional(0, 7, 2);
  append(log, marker(2, 7, true));
  RecordDrain drain({});
  drain.add(chunk_of(log));
  const Records records(drain.decode());
  CHECK(records.size() == 2);
  CHECK(records.next_offsets().at({"t", 0}).offset == 3);
}

TEST_CASE("cat_C12 cat_C27 offsets with gaps, however wide, cost nothing") {
  // Compaction keeps the last offset delta of the original batch.
  Bytes wide = batch_at(0, 2);
  wire::store_big_endian(wide.data() + 23, std::uint32_t{0x7fffffff});
  wire::store_big_endian(wide.data() + 17,
                         records::compute_crc(BytesView(wide.data(), wide.size())));
  Bytes log = wide;
  append(log, batch_at(0x80000000LL + 10, 1));
  RecordDrain drain({});
  drain.add(chunk_of(log));
  CHECK(offsets(drain.decode()) == Offsets64{0, 1, 0x80000000LL + 10});
}

TEST_CASE("cat_C09 headers with negative or absurd numbers are errors") {
  for (const std::size_t at : {std::size_t{8}, std::size_t{57}}) {  // length, record count
    for (const std::uint32_t number : {0x80000000U, 0xffffffffU, 0x7fffffffU}) {
      Bytes bad = batch_at(0, 2);
      wire::store_big_endian(bad.data() + at, number);
      RecordDrain::Options options;
      options.check_crcs = false;
      RecordDrain drain(options);
      drain.add(chunk_of(bad));
      (void)drain.decode();
      // A length beyond the data looks like a batch that was cut short.
      CHECK(drain.has_failure() == !(at == 8 && number == 0x7fffffffU));
    }
  }
}

TEST_CASE("drain: random damage never crashes") {
  Random random(17);
  Bytes log = batch_at(0, 5, gzip());
  append(log, transactional(5, 7, 3));
  append(log, marker(8, 7, false));
  append(log, batch_at(9, 5));
  for (int round = 0; round < 3000; ++round) {
    Bytes bad = log;
    for (int flips = 0; flips < 4; ++flips) {
      bad[random.below(bad.size())] = static_cast<std::byte>(random.below(256));
    }
    RecordDrain::Options options = committed();
    options.check_crcs = random.below(2) == 0;
    options.max_records = 1 + random.below(6);
    RecordDrain drain(options);
    drain.add(chunk_of(bad, 0, {{7, 5}}));
    std::int64_t next = 0;
    while (!drain.empty()) {
      const auto block = drain.decode();
      for (const detail::RecordRange& range : block->ranges) {
        REQUIRE(range.next_offset >= next);
        next = range.next_offset;
      }
      for (const ConsumerRecord& record : Records(block)) {
        (void)record.value();
        for (const HeaderView& header : record.headers()) (void)header.key;
      }
    }
  }
}
