#include "protocol/wire/varint.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

using namespace barnabas::wire;

namespace {

using Bytes = std::vector<std::uint8_t>;

template <class Write, class Value>
Bytes written(Write write, Value value) {
  std::array<std::byte, max_varlong_size> buffer{};
  const std::byte* end = write(buffer.data(), value);
  Bytes bytes;
  for (const std::byte* at = buffer.data(); at != end; ++at) {
    bytes.push_back(std::to_integer<std::uint8_t>(*at));
  }
  return bytes;
}

template <class Read, class Value>
std::size_t read(Read reader, const Bytes& bytes, Value& value) {
  return reader(std::as_bytes(std::span(bytes)), value);
}

}  // namespace

TEST_CASE("unsigned varints have the known bytes") {
  const std::vector<std::pair<std::uint32_t, Bytes>> vectors = {
      {0, {0x00}},
      {1, {0x01}},
      {127, {0x7f}},
      {128, {0x80, 0x01}},
      {300, {0xac, 0x02}},
      {16383, {0xff, 0x7f}},
      {16384, {0x80, 0x80, 0x01}},
      {4294967295U, {0xff, 0xff, 0xff, 0xff, 0x0f}}};
  for (const auto& [number, bytes] : vectors) {
    const auto value = number;  // clang 14 does not capture bindings
    CAPTURE(value);
    CHECK(written(write_uvarint, value) == bytes);
    CHECK(uvarint_size(value) == bytes.size());
    std::uint32_t back = ~value;
    CHECK(read(read_uvarint, bytes, back) == bytes.size());
    CHECK(back == value);
  }
}

TEST_CASE("zigzag varints have the known bytes") {
  const std::vector<std::pair<std::int32_t, Bytes>> vectors = {
      {0, {0x00}},
      {-1, {0x01}},
      {1, {0x02}},
      {-2, {0x03}},
      {63, {0x7e}},
      {-64, {0x7f}},
      {64, {0x80, 0x01}},
      {300, {0xd8, 0x04}},
      {std::numeric_limits<std::int32_t>::max(), {0xfe, 0xff, 0xff, 0xff, 0x0f}},
      {std::numeric_limits<std::int32_t>::min(), {0xff, 0xff, 0xff, 0xff, 0x0f}}};
  for (const auto& [number, bytes] : vectors) {
    const auto value = number;  // clang 14 does not capture bindings
    CAPTURE(value);
    CHECK(written(write_varint, value) == bytes);
    CHECK(varint_size(value) == bytes.size());
    std::int32_t back = ~value;
    CHECK(read(read_varint, bytes, back) == bytes.size());
    CHECK(back == value);
    std::int64_t wide = ~value;
    CHECK(read(read_varlong, bytes, wide) == bytes.size());
    CHECK(wide == value);
  }
}

TEST_CASE("varlongs reach both ends of 64 bits in ten bytes") {
  for (const std::int64_t value :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    const Bytes bytes = written(write_varint, value);
    CHECK(bytes.size() == 10);
    CHECK(varint_size(value) == 10);
    std::int64_t back = 0;
    CHECK(read(read_varlong, bytes, back) == 10);
    CHECK(back == value);
  }
}

TEST_CASE("sizes change where a group fills up") {
  for (std::size_t groups = 1; groups <= 9; ++groups) {
    const std::uint64_t limit = std::uint64_t{1} << (7 * groups);
    CHECK(uvarint_size(limit - 1) == groups);
    CHECK(uvarint_size(limit) == groups + 1);
  }
}

TEST_CASE("what ends early or does not fit is refused and leaves the value alone") {
  std::uint32_t narrow = 7;
  std::uint64_t wide = 7;
  CHECK(read(read_uvarint, {}, narrow) == 0);
  CHECK(read(read_uvarint, {0x80}, narrow) == 0);
  CHECK(read(read_uvarint, {0xff, 0xff, 0xff, 0xff, 0x10}, narrow) == 0);
  CHECK(read(read_uvarint, {0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, narrow) == 0);
  CHECK(read(read_uvarlong, {0x80, 0x80}, wide) == 0);
  const Bytes nine(9, 0xff);
  Bytes ten = nine;
  ten.push_back(0x02);
  CHECK(read(read_uvarlong, ten, wide) == 0);
  Bytes eleven(10, 0x80);
  eleven.push_back(0x00);
  CHECK(read(read_uvarlong, eleven, wide) == 0);
  CHECK(narrow == 7);
  CHECK(wide == 7);
}
