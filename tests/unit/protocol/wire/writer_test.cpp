#include "protocol/wire/writer.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace barnabas;
using barnabas::test::to_hex;
using barnabas::wire::EncodedSize;
using barnabas::wire::GatherBuffer;
using barnabas::wire::RecordSegments;
using barnabas::wire::Writer;

namespace {

/// What `write` puts into `size` reserved bytes.
template <class Write>
std::string written(std::size_t size, Write write) {
  GatherBuffer buffer;
  Writer out(buffer);
  out.reserve({size, 0});
  out.advance_to(write(out, out.cursor()));
  REQUIRE_MESSAGE(out.complete(), out.error().to_string());
  return to_hex(buffer.flatten());
}

/// The error that `write` ends in.
template <class Write>
Error refused(Write write) {
  GatherBuffer buffer;
  Writer out(buffer);
  out.reserve({100000, 0});
  out.advance_to(write(out, out.cursor()));
  REQUIRE_FALSE(out.ok());
  return out.error();
}

}  // namespace

TEST_CASE("numbers are written big-endian") {
  CHECK(written(30,
                [](Writer& out, std::byte* at) {
                  at = out.fixed(at, true, std::int8_t{-1}, std::int16_t{-2});
                  at = out.fixed(at, std::uint16_t{0x1234});
                  return out.fixed(at, std::int32_t{-3}, std::uint32_t{0x12345678},
                                   std::int64_t{-4}, 1.5);
                }) ==
        "01ff"
        "fffe"
        "1234"
        "fffffffd"
        "12345678"
        "fffffffffffffffc"
        "3ff8000000000000");
  CHECK(written(16, [](Writer& out, std::byte* at) { return out.fixed(at, Uuid(1, 2)); }) ==
        "00000000000000010000000000000002");
  CHECK(written(2, [](Writer& out, std::byte* at) { return out.uvarint(at, 300); }) == "ac02");
}

TEST_CASE("strings and bytes, present and null, in both forms") {
  const std::optional<std::string_view> none;
  const std::optional<std::string_view> some = "ab";
  const std::optional<BytesView> no_bytes;
  CHECK(written(4, [](Writer& out, std::byte* at) { return out.string(at, "ab", false, "x"); }) ==
        "00026162");
  CHECK(written(3, [](Writer& out, std::byte* at) { return out.string(at, "ab", true, "x"); }) ==
        "036162");
  CHECK(written(4, [&](Writer& out, std::byte* at) {
          return out.nullable_string(at, some, false, true, "x");
        }) == "00026162");
  CHECK(written(2, [&](Writer& out, std::byte* at) {
          return out.nullable_string(at, none, false, true, "x");
        }) == "ffff");
  CHECK(written(1, [&](Writer& out, std::byte* at) {
          return out.nullable_string(at, none, true, true, "x");
        }) == "00");
  CHECK(written(6, [](Writer& out, std::byte* at) { return out.bytes(at, "ab", false, "x"); }) ==
        "000000026162");
  CHECK(written(3, [](Writer& out, std::byte* at) { return out.bytes(at, "ab", true, "x"); }) ==
        "036162");
  CHECK(written(4, [&](Writer& out, std::byte* at) {
          return out.nullable_bytes(at, no_bytes, false, true, "x");
        }) == "ffffffff");
  CHECK(written(4, [](Writer& out, std::byte* at) { return out.array_size(at, 2, false, "x"); }) ==
        "00000002");
  CHECK(written(1, [](Writer& out, std::byte* at) { return out.array_size(at, 2, true, "x"); }) ==
        "03");
  CHECK(written(4, [](Writer& out, std::byte* at) {
          return out.null_array(at, false, true, "x");
        }) == "ffffffff");
  CHECK(written(1, [](Writer& out, std::byte* at) {
          return out.null_array(at, true, true, "x");
        }) == "00");
}

TEST_CASE("markers before nullable structs") {
  CHECK(written(2, [](Writer& out, std::byte* at) {
          at = out.struct_present(at, true, false, true, "x");
          return out.struct_present(at, false, false, true, "x");
        }) == "01ff");
  CHECK(written(2, [](Writer& out, std::byte* at) {
          at = out.struct_present(at, true, true, true, "x");
          return out.struct_present(at, false, true, true, "x");
        }) == "0100");
}

TEST_CASE("records are lent at their place and not copied") {
  const std::string first = "first";
  const std::string second = "second";
  RecordSegments records{BytesView(first)};
  records.add(second);
  GatherBuffer buffer;
  Writer out(buffer);
  out.reserve({4 + 4 + 4, 11});
  out.advance_to(out.fixed(out.cursor(), std::int32_t{1}));
  out.advance_to(out.records(out.cursor(), records, false, true, "records"));
  out.advance_to(out.fixed(out.cursor(), std::int32_t{2}));
  REQUIRE(out.complete());
  CHECK(buffer.size() == 12 + 11);
  std::vector<const void*> parts;
  buffer.for_each_part([&](std::span<const std::byte> part) { parts.push_back(part.data()); });
  REQUIRE(parts.size() == 4);
  CHECK(parts[1] == first.data());
  CHECK(parts[2] == second.data());
  CHECK(to_hex(buffer.flatten()) ==
        "00000001"
        "0000000b"
        "6669727374"
        "7365636f6e64"
        "00000002");
}

TEST_CASE("null and empty records differ") {
  CHECK(written(4, [](Writer& out, std::byte* at) {
          return out.records(at, RecordSegments(), false, true, "r");
        }) == "ffffffff");
  CHECK(written(4, [](Writer& out, std::byte* at) {
          return out.records(at, RecordSegments::none(), false, true, "r");
        }) == "00000000");
  CHECK(refused([](Writer& out, std::byte* at) {
          return out.records(at, RecordSegments(), false, false, "r");
        }) == ErrorCode::unsupported_version);
}

TEST_CASE("what cannot be written is an error that names the field") {
  const std::string text(32768, 'x');
  const Error too_long =
      refused([&](Writer& out, std::byte* at) { return out.string(at, text, true, "group_id"); });
  CHECK(too_long == ErrorCode::invalid_argument);
  CHECK(too_long.context().find("group_id: ") == 0);
  const Error null = refused([](Writer& out, std::byte* at) {
    return out.nullable_string(at, std::nullopt, true, false, "member_id");
  });
  CHECK(null == ErrorCode::unsupported_version);
  CHECK(null.context().find("member_id: ") == 0);
  const Error absent = refused([](Writer& out, std::byte* at) {
    out.fail_absent("rack");
    return at;
  });
  CHECK(absent == ErrorCode::unsupported_version);
}

TEST_CASE("the first failure sticks") {
  const Error error = refused([](Writer& out, std::byte* at) {
    out.fail_absent("first");
    return out.nullable_bytes(at, std::nullopt, true, false, "second");
  });
  CHECK(error.context().find("first: ") == 0);
}

TEST_CASE("writing more or less than was reserved is an error, not an overrun") {
  GatherBuffer buffer;
  Writer more(buffer);
  more.reserve({2, 0});
  more.advance_to(more.fixed(more.cursor(), std::int32_t{1}));
  CHECK_FALSE(more.ok());
  CHECK(more.error() == ErrorCode::invalid_state);
  GatherBuffer other;
  Writer less(other);
  less.reserve({4, 0});
  less.advance_to(less.fixed(less.cursor(), std::int16_t{1}));
  CHECK(less.ok());
  CHECK_FALSE(less.complete());
  Writer nothing(other);
  nothing.advance_to(nothing.fixed(nothing.cursor(), std::int8_t{1}));
  CHECK_FALSE(nothing.ok());
}

TEST_CASE("reserving covers what was reserved before") {
  GatherBuffer buffer;
  Writer out(buffer);
  out.reserve({6, 0});
  out.advance_to(out.fixed(out.cursor(), std::int16_t{1}));
  out.reserve({4, 0});  // There are 4 left.
  out.advance_to(out.fixed(out.cursor(), std::int32_t{2}));
  out.reserve({2, 0});
  out.advance_to(out.fixed(out.cursor(), std::int16_t{3}));
  CHECK(out.complete());
  CHECK(to_hex(buffer.flatten()) ==
        "0001"
        "00000002"
        "0003");
}
