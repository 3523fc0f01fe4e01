#include "protocol/records/batch_validator.hpp"

#include "protocol/records/control_record.hpp"
#include "tests/support/batches.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/protocol/records/vectors.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

using namespace barnabas;
using records::BatchHeader;
using records::Validation;
using records::ValidationRules;
using test::make_batch;
using test::numbered_records;

namespace {

using Bytes = std::vector<std::byte>;

Validation validate(const Bytes& batch, const ValidationRules& rules = {}) {
  compression::Decompressor decompressor;
  ByteBuffer scratch;
  const Validation outcome = records::validate_batch(batch, rules, decompressor, scratch);
  CHECK(outcome.message.empty() == outcome.ok());
  return outcome;
}

ErrorCode code_of(const Bytes& batch, const ValidationRules& rules = {}) {
  return validate(batch, rules).code;
}

// Changes the header and makes the checksum right again.
Bytes with_header(Bytes batch, const std::function<void(BatchHeader&)>& change) {
  BatchHeader header = BatchHeader::parse(batch).value();
  change(header);
  const auto front = std::span(batch).first<records::batch_header_size>();
  header.write(front);
  header.crc = records::compute_crc(batch);
  header.write(front);
  return batch;
}

// A batch whose records are these bytes.
Bytes batch_of(std::string_view records_hex, std::int32_t count, Codec codec = Codec::none) {
  Bytes bytes(records::batch_header_size);
  const Bytes records = test::from_hex(records_hex);
  bytes.insert(bytes.end(), records.begin(), records.end());
  BatchHeader header;
  header.batch_length = static_cast<std::int32_t>(bytes.size() - 12);
  header.attributes = static_cast<std::int16_t>(codec);
  header.record_count = count;
  header.last_offset_delta = count - 1;
  header.base_timestamp = 1000;
  header.max_timestamp = 1000;
  header.write(std::span(bytes).first<records::batch_header_size>());
  return with_header(bytes, [](BatchHeader&) {});
}

}  // namespace

TEST_CASE("batches of real clients are accepted") {
  const Validation outcome = validate(test::from_hex(test::two_records_batch));
  CHECK(outcome.code == ErrorCode::none);
  CHECK(outcome.header.record_count == 2);
  CHECK(outcome.max_timestamp == 1700000000005);
  CHECK(outcome.record_errors.empty());
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    if (!is_available(codec)) continue;
    CHECK(code_of(make_batch(numbered_records(100), codec, {7, 0, 0, true})) == ErrorCode::none);
  }
}

TEST_CASE("exactly one whole batch of magic 2") {
  const Bytes good = make_batch(numbered_records(3));
  CHECK(code_of({}) == ErrorCode::invalid_record);
  CHECK(code_of(test::from_hex(test::magic1_message)) == ErrorCode::invalid_record);
  CHECK(code_of(test::from_hex(test::magic0_message)) == ErrorCode::invalid_record);
  Bytes two = good;
  two.insert(two.end(), good.begin(), good.end());
  CHECK(code_of(two) == ErrorCode::invalid_record);
  Bytes longer = good;
  longer.push_back(std::byte{0});
  CHECK(code_of(longer) == ErrorCode::invalid_record);
  for (std::size_t size = 17; size < good.size(); ++size) {
    CHECK(code_of({good.begin(), good.begin() + std::ptrdiff_t(size)}) ==
          ErrorCode::invalid_record);
  }
  CHECK(code_of(with_header(good, [](BatchHeader& header) { header.magic = 3; })) ==
        ErrorCode::corrupt_message);
  CHECK(code_of(with_header(good, [](BatchHeader& header) { header.batch_length = -1; })) ==
        ErrorCode::corrupt_message);
}

TEST_CASE("a bit flipped in any byte is noticed") {
  const Bytes good = make_batch(numbered_records(3));
  for (std::size_t at = 8; at < good.size(); ++at) {
    if (at >= 12 && at < 16) continue;  // the leader epoch
    Bytes bad = good;
    bad[at] ^= static_cast<std::byte>(1U << (at % 8));
    CAPTURE(at);
    const ErrorCode code = code_of(bad);
    CHECK((code == ErrorCode::corrupt_message || code == ErrorCode::invalid_record));
  }
}

TEST_CASE("the size limit counts the whole batch, and comes before the checksum") {
  Bytes batch = make_batch(numbered_records(3));
  ValidationRules rules;
  rules.max_batch_size = batch.size();
  CHECK(code_of(batch, rules) == ErrorCode::none);
  rules.max_batch_size = batch.size() - 1;
  CHECK(code_of(batch, rules) == ErrorCode::message_too_large);
  batch.back() ^= std::byte{1};
  CHECK(code_of(batch, rules) == ErrorCode::message_too_large);
}

TEST_CASE("counts are positive and agree") {
  const Bytes good = make_batch(numbered_records(3));
  const auto with_counts = [&](std::int32_t count, std::int32_t last_delta) {
    return code_of(with_header(good, [&](BatchHeader& header) {
      header.record_count = count;
      header.last_offset_delta = last_delta;
    }));
  };
  CHECK(with_counts(3, 2) == ErrorCode::none);
  CHECK(with_counts(3, 3) == ErrorCode::invalid_record);
  CHECK(with_counts(2, 2) == ErrorCode::invalid_record);
  CHECK(with_counts(2, 1) == ErrorCode::invalid_record);
  CHECK(with_counts(4, 3) == ErrorCode::invalid_record);
  CHECK(with_counts(0, 0) == ErrorCode::invalid_record);
  CHECK(with_counts(0, -1) == ErrorCode::invalid_record);
  CHECK(with_counts(-1, -2) == ErrorCode::invalid_record);
  CHECK(with_counts(2147483647, 2147483646) == ErrorCode::invalid_record);
}

TEST_CASE("clients write no control batches") {
  const auto marker = records::encode_end_transaction({true, 0}, 1, 0, 0);
  CHECK(code_of({marker.begin(), marker.end()}) == ErrorCode::invalid_record);
}

TEST_CASE("a producer id needs an epoch and a sequence, a transaction a producer id") {
  const auto stamped = [](const records::ProducerStamp& stamp) {
    return code_of(make_batch(numbered_records(1), {}, stamp));
  };
  CHECK(stamped({1, 0, 0, false}) == ErrorCode::none);
  CHECK(stamped({1, 0, -1, false}) == ErrorCode::invalid_record);
  CHECK(stamped({1, -1, 0, false}) == ErrorCode::invalid_record);
  CHECK(stamped({-1, -1, -1, true}) == ErrorCode::invalid_record);
}

TEST_CASE("codecs: unknown ones, and zstd before Produce 7") {
  const Bytes good = make_batch(numbered_records(1));
  for (const int codec : {5, 6, 7}) {
    CHECK(code_of(with_header(good, [&](BatchHeader& header) {
            header.attributes = static_cast<std::int16_t>(codec);
          })) == ErrorCode::unsupported_compression_type);
  }
  if (!is_available(Codec::zstd)) return;
  const Bytes compressed = make_batch(numbered_records(1), zstd());
  ValidationRules rules;
  rules.produce_version = 6;
  CHECK(code_of(compressed, rules) == ErrorCode::unsupported_compression_type);
  CHECK(code_of(good, rules) == ErrorCode::none);
}

TEST_CASE("compressed records that are not, or that are a bomb, are refused") {
  CHECK(code_of(batch_of("0c000000010100", 1, Codec::gzip)) == ErrorCode::invalid_record);
  std::vector<test::OwnedRecord> records = numbered_records(1);
  records[0].value = std::string(10'000'000, 'x');
  const Bytes bomb = make_batch(records, gzip());
  ValidationRules rules;
  CHECK(code_of(bomb, rules) == ErrorCode::none);
  rules.min_decompressed_limit = 1'000'000;
  CHECK(code_of(bomb, rules) == ErrorCode::invalid_record);  // 1000 times as large
  rules.min_decompressed_limit = 10'000'100;
  rules.max_decompressed_limit = 10'000'100;
  CHECK(code_of(bomb, rules) == ErrorCode::none);
}

TEST_CASE("a malformed record is named by its index") {
  // Three records, of which the second claims a key that is not there.
  const Validation outcome = validate(batch_of("0c000000010100 0c000002080100 0c000004010100", 3));
  CHECK(outcome.code == ErrorCode::invalid_record);
  REQUIRE(outcome.record_errors.size() == 1);
  CHECK(outcome.record_errors[0].batch_index == 1);
  CHECK(outcome.message == outcome.record_errors[0].message);
}

TEST_CASE("offsets rise by one from 0") {
  CHECK(code_of(batch_of("0c000000010100 0c000002010100", 2)) == ErrorCode::none);
  const Validation gap = validate(batch_of("0c000000010100 0c000004010100 0c000004010100", 3));
  CHECK(gap.code == ErrorCode::invalid_record);
  REQUIRE(gap.record_errors.size() == 1);
  CHECK(gap.record_errors[0].batch_index == 1);
  CHECK(code_of(batch_of("0c000000010100 0c000000010100", 2)) == ErrorCode::invalid_record);
}

TEST_CASE("compacted topics need keys") {
  std::vector<test::OwnedRecord> records = numbered_records(4);
  records[1].key.reset();
  records[3].key.reset();
  records[2].key = "";
  ValidationRules rules;
  CHECK(code_of(make_batch(records), rules) == ErrorCode::none);
  rules.keys_required = true;
  const Validation outcome = validate(make_batch(records), rules);
  CHECK(outcome.code == ErrorCode::invalid_record);
  REQUIRE(outcome.record_errors.size() == 2);
  CHECK(outcome.record_errors[0].batch_index == 1);
  CHECK(outcome.record_errors[1].batch_index == 3);
}

TEST_CASE("timestamps lie in the allowed range or are absent") {
  std::vector<test::OwnedRecord> records = numbered_records(4, 1000);
  ValidationRules rules;
  rules.earliest = 1000;
  rules.latest = 1003;
  CHECK(code_of(make_batch(records), rules) == ErrorCode::none);
  records[1].timestamp = -1;
  CHECK(code_of(make_batch(records), rules) == ErrorCode::none);
  records[2].timestamp = 1004;
  const Validation late = validate(make_batch(records), rules);
  CHECK(late.code == ErrorCode::invalid_timestamp);
  REQUIRE(late.record_errors.size() == 1);
  CHECK(late.record_errors[0].batch_index == 2);
  records[2].timestamp = 999;
  CHECK(code_of(make_batch(records), rules) == ErrorCode::invalid_timestamp);
  records[3].key.reset();
  rules.keys_required = true;
  CHECK(code_of(make_batch(records), rules) == ErrorCode::invalid_timestamp);
  rules.keys_required = false;
  rules.check_timestamps = false;
  CHECK(code_of(make_batch(records), rules) == ErrorCode::none);
}

TEST_CASE("producers do not set the append time, unless the topic overwrites it anyway") {
  const Bytes batch = with_header(make_batch(numbered_records(1)), [](BatchHeader& header) {
    header.attributes |= records::attribute::log_append_time;
  });
  ValidationRules rules;
  CHECK(code_of(batch, rules) == ErrorCode::invalid_timestamp);
  rules.check_timestamps = false;
  CHECK(code_of(batch, rules) == ErrorCode::none);
}

TEST_CASE("the largest timestamp is that of the records, not of the header") {
  const Bytes batch = with_header(make_batch(numbered_records(3, 1000)),
                                  [](BatchHeader& header) { header.max_timestamp = 5; });
  CHECK(validate(batch).max_timestamp == 1002);
}

TEST_CASE("the number of record errors is bounded") {
  std::vector<test::OwnedRecord> records = numbered_records(5000);
  for (test::OwnedRecord& record : records) record.key.reset();
  ValidationRules rules;
  rules.keys_required = true;
  CHECK(validate(make_batch(records), rules).record_errors.size() == records::max_record_errors);
}
