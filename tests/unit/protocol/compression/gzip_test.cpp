#include "protocol/compression/gzip.hpp"

#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using compression::GzipCompressor;
using compression::GzipDecompressor;

namespace {

Result<std::string> decompress(BytesView input, std::size_t limit = 1000) {
  GzipDecompressor gzip;
  ByteBuffer out;
  if (Result<void> done = gzip.decompress(input, limit, out); !done) return done.error();
  return std::string(out.view().text());
}

// `gzip -n` of "hello\n".
const std::vector<std::byte> hello =
    test::from_hex("1f8b0800000000000003cb48cdc9c9e7020020303a3606000000");

}  // namespace

TEST_CASE("a member of the gzip program") { CHECK(decompress(hello).value() == "hello\n"); }

TEST_CASE("cat_C13 several members form one content, under one limit") {
  std::vector<std::byte> twice = hello;
  twice.insert(twice.end(), hello.begin(), hello.end());
  CHECK(decompress(twice).value() == "hello\nhello\n");
  CHECK(decompress(twice, 12).value() == "hello\nhello\n");
  CHECK(decompress(twice, 11).error() == ErrorCode::decompression_failed);
}

TEST_CASE("a zlib header is accepted") {
  CHECK(decompress(test::from_hex("789c0b72735630b43435000008bd01cb")).value() == "RFC 1950");
}

TEST_CASE("bytes behind the last member are damage") {
  std::vector<std::byte> longer = hello;
  longer.push_back(std::byte{7});
  CHECK(decompress(longer).error() == ErrorCode::decompression_failed);
}

TEST_CASE("what is written is one member whose header names no time and no file") {
  GzipCompressor gzip;
  ByteBuffer out;
  gzip.compress(std::nullopt, {}, out);
  CHECK(test::to_hex({out.data(), 8}) == "1f8b080000000000");
}
