#include "protocol/compression/lz4_header.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace barnabas;
using compression::correct_lz4_header;
using compression::lz4_header_checksum;

namespace {

std::string corrected(std::string_view hex) {
  std::vector<std::byte> frame = test::from_hex(hex);
  correct_lz4_header(frame);
  return test::to_hex(frame);
}

}  // namespace

TEST_CASE("header checksums") {
  CHECK(lz4_header_checksum(test::from_hex("6040")) == std::byte{0x82});
  CHECK(lz4_header_checksum(test::from_hex("6c400500000000000000")) == std::byte{0x2c});
  // The form of magic 0 covers the frame's magic.
  CHECK(lz4_header_checksum(test::from_hex("04224d186040")) == std::byte{0x1a});
}

TEST_CASE("a header's checksum is corrected where it stands") {
  CHECK(corrected("04224d1860401a05") == "04224d1860408205");
  CHECK(corrected("04224d186c400500000000000000ff05") == "04224d186c4005000000000000002c05");
}

TEST_CASE("what is too short for a header is left alone") {
  for (const char* const hex : {"", "04224d18", "04224d1860", "04224d186040",
                                "04224d186c4005000000000000", "04224d186d400500000000000000ff"}) {
    CHECK(corrected(hex) == hex);
  }
}
