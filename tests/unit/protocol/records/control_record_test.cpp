#include "protocol/records/control_record.hpp"

#include "tests/support/batches.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/protocol/records/vectors.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace barnabas;
using records::ControlType;
using records::EndTransactionMarker;
using records::RecordView;

namespace {

// Owns the bytes that the view shows.
class ControlRecord {
 public:
  ControlRecord(std::string_view key, std::string_view value)
      : key_(test::from_hex(key)), value_(test::from_hex(value)) {
    view.offset = 42;
    view.key = BytesView(key_);
    view.value = BytesView(value_);
  }
  RecordView view;

 private:
  std::vector<std::byte> key_;
  std::vector<std::byte> value_;
};

bool corrupt(std::string_view key, std::string_view value) {
  const ControlRecord record(key, value);
  const auto parsed = records::parse_end_transaction(record.view);
  return !parsed && parsed.error() == ErrorCode::corrupt_message;
}

}  // namespace

TEST_CASE("the marker that ends a transaction has the bytes of Kafka's") {
  auto batch = records::encode_end_transaction({true, 7}, 1000, 3, 1700000000000);
  records::set_base_offset(batch, 42);
  records::set_partition_leader_epoch(batch, 0);
  CHECK(test::to_hex(batch) == test::to_hex(test::from_hex(test::commit_marker_batch)));
}

TEST_CASE("markers are read back") {
  for (const EndTransactionMarker marker : {EndTransactionMarker{true, 0}, {false, 2147483647}}) {
    const auto bytes = records::encode_end_transaction(marker, 5, 6, 7);
    records::BatchReader batches(bytes);
    records::BatchView batch;
    REQUIRE(batches.next(batch));
    CHECK(batch.header.is_control());
    CHECK(batch.header.is_transactional());
    CHECK(batch.header.producer_id == 5);
    CHECK(batch.header.producer_epoch == 6);
    compression::Decompressor decompressor;
    ByteBuffer storage;
    auto reader = records::open_batch(batch, decompressor, storage).value();
    RecordView record;
    REQUIRE(reader.next(record));
    CHECK(records::parse_control_type(record).value() ==
          (marker.committed ? ControlType::commit : ControlType::abort));
    CHECK(records::parse_end_transaction(record).value() == marker);
    CHECK_FALSE(reader.next(record));
    CHECK_FALSE(reader.failed());
  }
}

TEST_CASE("other types, known or not, are not the end of a transaction") {
  for (const char* const type : {"0002", "0006", "0007", "7fff", "ffff"}) {
    const ControlRecord record(std::string("0000") + type, "0000");
    const auto parsed = records::parse_end_transaction(record.view);
    REQUIRE(parsed);
    CHECK_FALSE(*parsed);
  }
}

TEST_CASE("newer versions only append fields") {
  const ControlRecord record("00010001aabb", "000100000009cc");
  CHECK(records::parse_end_transaction(record.view).value() == EndTransactionMarker{true, 9});
}

TEST_CASE("short and negative ones are corrupt") {
  CHECK(corrupt("", "000000000007"));
  CHECK(corrupt("000000", "000000000007"));
  CHECK(corrupt("ffff0001", "000000000007"));
  CHECK(corrupt("00000001", ""));
  CHECK(corrupt("00000001", "0000000000"));
  CHECK(corrupt("00000001", "ffff00000007"));
  RecordView null;
  CHECK_FALSE(records::parse_control_type(null));
  ControlRecord no_value("00000001", "");
  no_value.view.value.reset();
  CHECK_FALSE(records::parse_end_transaction(no_value.view));
}
