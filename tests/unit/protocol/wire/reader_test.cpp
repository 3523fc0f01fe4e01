#include "protocol/wire/reader.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace barnabas;
using barnabas::test::from_hex;
using barnabas::wire::Reader;

namespace {

/// A reader over hexadecimal text, with the bytes.
struct Input {
  explicit Input(std::string_view hex) : bytes(from_hex(hex)) {}
  std::vector<std::byte> bytes;
  Reader in{BytesView(bytes.data(), bytes.size())};
};

std::string failure(const Reader& in) { return in.error().context(); }

}  // namespace

TEST_CASE("numbers are big-endian") {
  Input input("01 ff 8000 ffff 80000000 ffffffff 7fffffffffffffff 3ff8000000000000");
  Reader& in = input.in;
  CHECK(in.boolean("a"));
  CHECK(in.int8("b") == -1);
  CHECK(in.int16("c") == std::numeric_limits<std::int16_t>::min());
  CHECK(in.uint16("d") == 65535);
  CHECK(in.int32("e") == std::numeric_limits<std::int32_t>::min());
  CHECK(in.uint32("f") == 4294967295U);
  CHECK(in.int64("g") == std::numeric_limits<std::int64_t>::max());
  CHECK(in.float64("h") == 1.5);
  CHECK(in.ok());
  CHECK(in.remaining() == 0);
}

TEST_CASE("any byte but 0 is true") {
  Input input("00 02 ff");
  CHECK_FALSE(input.in.boolean("a"));
  CHECK(input.in.boolean("a"));
  CHECK(input.in.boolean("a"));
}

TEST_CASE("a uuid is its high half, then its low one") {
  Input input("0000000000000001 0000000000000002");
  CHECK(input.in.uuid("id") == Uuid(1, 2));
}

TEST_CASE("strings have a 16-bit or a compact length and view the message") {
  Input input("0003 616263 04 616263 0000 01");
  Reader& in = input.in;
  const std::string_view first = in.string(false, "a");
  CHECK(first == "abc");
  CHECK(static_cast<const void*>(first.data()) == input.bytes.data() + 2);
  CHECK(in.string(true, "b") == "abc");
  CHECK(in.string(false, "c").empty());
  CHECK(in.string(true, "d").empty());
  CHECK(in.ok());
}

TEST_CASE("bytes have a 32-bit or a compact length") {
  Input input("00000002 0102 03 0304");
  CHECK(input.in.bytes(false, "a") == BytesView("\x01\x02"));
  CHECK(input.in.bytes(true, "b") == BytesView("\x03\x04"));
  CHECK(input.in.ok());
}

TEST_CASE("null is -1, anything below zero as Kafka has it, or compact 0") {
  Input input("ffff 8000 00 ffffffff fffffffe 00");
  Reader& in = input.in;
  CHECK(in.nullable_string(false, true, "a") == std::nullopt);
  CHECK(in.nullable_string(false, true, "a") == std::nullopt);
  CHECK(in.nullable_string(true, true, "a") == std::nullopt);
  CHECK(in.nullable_bytes(false, true, "b") == std::nullopt);
  CHECK(in.nullable_array_size(false, true, 1, 1, "c") == std::nullopt);
  CHECK(in.nullable_array_size(true, true, 1, 1, "c") == std::nullopt);
  CHECK(in.ok());
}

TEST_CASE("null where it is not allowed is an error") {
  const std::vector<void (*)(Reader&)> reads = {
      [](Reader& in) { in.string(false, "x"); },
      [](Reader& in) { in.nullable_string(false, false, "x"); },
      [](Reader& in) { in.bytes(false, "x"); },
      [](Reader& in) { in.nullable_bytes(false, false, "x"); },
      [](Reader& in) { in.records(false, false, "x"); },
      [](Reader& in) { in.array_size(false, 1, 1, "x"); },
      [](Reader& in) { in.struct_present(false, false, "x"); },
  };
  for (const auto& read : reads) {
    Input input("ffffffff");
    read(input.in);
    REQUIRE_FALSE(input.in.ok());
    CHECK(failure(input.in).find("null is not allowed") != std::string::npos);
  }
}

TEST_CASE("records are one view, or null") {
  Input input("00000003 010203 ffffffff 00000000");
  Reader& in = input.in;
  const wire::RecordSegments records = in.records(false, true, "records");
  CHECK(records.contiguous().size() == 3);
  CHECK(static_cast<const void*>(records.contiguous().data()) == input.bytes.data() + 4);
  CHECK(in.records(false, true, "records").is_null());
  const wire::RecordSegments none = in.records(false, true, "records");
  CHECK_FALSE(none.is_null());
  CHECK(none.empty());
  CHECK(in.ok());
}

TEST_CASE("a nullable struct has a marker of one byte") {
  Input input("ff 01 00 01");
  Reader& in = input.in;
  CHECK_FALSE(in.struct_present(false, true, "a"));
  CHECK(in.struct_present(false, true, "a"));
  CHECK_FALSE(in.struct_present(true, true, "a"));
  CHECK(in.struct_present(true, true, "a"));
  CHECK(in.ok());
}

TEST_CASE("the first failure sticks and says where it was") {
  Input input("0001 0005 6162");
  Reader& in = input.in;
  CHECK(in.int16("good") == 1);
  CHECK(in.string(false, "name").empty());
  CHECK_FALSE(in.ok());
  CHECK(in.error() == ErrorCode::malformed_message);
  const std::string first = failure(in);
  CHECK(first.find("name at byte 4") == 0);
  CHECK(in.remaining() == 0);
  CHECK(in.int32("later") == 0);
  CHECK(in.uuid("later").is_zero());
  CHECK(in.array_size(false, 1, 1, "later") == 0);
  CHECK(in.string(true, "later").empty());
  CHECK(failure(in) == first);
}

TEST_CASE("strings over 32767 bytes are refused in the compact form too") {
  std::vector<std::byte> bytes = from_hex("818002");  // 32769: a length of 32768.
  bytes.resize(bytes.size() + 32768);
  Reader in(BytesView(bytes.data(), bytes.size()));
  CHECK(in.string(true, "x").empty());
  CHECK_FALSE(in.ok());
  Reader longest(BytesView(bytes.data(), bytes.size()));
  bytes[0] = std::byte{0x80};  // 32768: a length of 32767.
  CHECK(longest.string(true, "x").size() == 32767);
  CHECK(longest.ok());
}

TEST_CASE("an array cannot claim more elements than the message has room for") {
  Input input("7fffffff 0102030405060708");
  CHECK(input.in.array_size(false, 1, 1, "x") == 0);
  CHECK_FALSE(input.in.ok());
  Input compact("feffffff07 0102030405060708");
  CHECK(compact.in.array_size(true, 1, 1, "x") == 0);
  CHECK_FALSE(compact.in.ok());
  Input exact("00000002 0102030405060708");
  CHECK(exact.in.array_size(false, 4, 1, "x") == 2);
  CHECK(exact.in.ok());
  Input one_more("00000003 0102030405060708");
  CHECK(one_more.in.array_size(false, 4, 1, "x") == 0);
  CHECK_FALSE(one_more.in.ok());
}

TEST_CASE("arrays together cannot take memory out of proportion to the message") {
  std::vector<std::byte> bytes = from_hex("000186a0");  // 100000 elements of a byte each.
  bytes.resize(bytes.size() + 100000);
  Reader modest(BytesView(bytes.data(), bytes.size()));
  CHECK(modest.array_size(false, 1, 30, "x") == 100000);
  CHECK(modest.ok());
  Reader greedy(BytesView(bytes.data(), bytes.size()));
  CHECK(greedy.array_size(false, 1, 40, "x") == 0);
  CHECK_FALSE(greedy.ok());
  CHECK(failure(greedy).find("memory") != std::string::npos);

  // The budget is for the message, not for each array.
  std::vector<std::byte> two = from_hex("0000c350 0000c350");
  two.resize(two.size() + 50000);
  Reader twice(BytesView(two.data(), two.size()));
  CHECK(twice.array_size(false, 1, 25, "x") == 50000);
  CHECK(twice.array_size(false, 1, 25, "x") == 0);
  CHECK_FALSE(twice.ok());
}

TEST_CASE("varints that are too long or cut off are errors") {
  Input overlong("8080808000 00");
  overlong.in.uvarint("x");
  CHECK(overlong.in.ok());  // Five bytes are legal, however they are filled.
  Input too_long("808080808000");
  too_long.in.uvarint("x");
  CHECK_FALSE(too_long.in.ok());
  Input cut("80");
  cut.in.uvarint("x");
  CHECK_FALSE(cut.in.ok());
}
