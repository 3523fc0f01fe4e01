#include <barnabas/compression.hpp>

#include "protocol/compression/compressor.hpp"
#include "protocol/compression/decompressor.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/payloads.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;

namespace {

constexpr std::string_view header = "82534e41505059000000000100000001";
// A raw block: the length 5, then a literal.
constexpr std::string_view raw_hello = "051068656c6c6f";
constexpr std::string_view chunk_hello = "00000007051068656c6c6f";

Result<std::string> decompress(const std::string& hex, std::size_t limit = 1000) {
  compression::Decompressor decompressor;
  ByteBuffer out;
  const std::vector<std::byte> input = test::from_hex(hex);
  if (Result<void> done = decompressor.decompress(Codec::snappy, input, limit, out); !done) {
    return done.error();
  }
  return std::string(out.view().text());
}

bool damaged(const std::string& hex) {
  const Result<std::string> done = decompress(hex);
  return !done && done.error() == ErrorCode::decompression_failed;
}

std::string operator+(std::string_view a, std::string_view b) { return std::string(a).append(b); }

}  // namespace

TEST_SUITE_BEGIN("snappy" * doctest::skip(!is_available(Codec::snappy)));

TEST_CASE("both framings are read") {
  CHECK(decompress(std::string(raw_hello)).value() == "hello");
  CHECK(decompress(header + chunk_hello).value() == "hello");
  CHECK(decompress(std::string(header)).value().empty());
}

TEST_CASE("cat_C13 chunks and concatenated streams form one content, under one limit") {
  const std::string stream = header + chunk_hello + chunk_hello + header + chunk_hello;
  CHECK(decompress(stream).value() == "hellohellohello");
  CHECK(decompress(stream, 15).value() == "hellohellohello");
  CHECK(decompress(stream, 14).error() == ErrorCode::decompression_failed);
}

TEST_CASE("lengths that lie are damage") {
  CHECK(damaged(""));
  CHECK(damaged(header + "00"));
  CHECK(damaged(header + "00000008051068656c6c6f"));
  CHECK(damaged(header + "ffffffff051068656c6c6f"));
  CHECK(damaged(header + "80000000"));
  CHECK(damaged("ffffffff0f"));               // Claims 4 GiB.
  CHECK(damaged("061068656c6c6f"));           // One byte is missing.
  CHECK(damaged("82534e4150505900"));         // Half a header.
  CHECK(damaged(header + "0000000100ffff"));  // A block of nothing, then junk.
}

TEST_CASE("what is written has Java's framing in blocks of 32 KiB") {
  compression::Compressor compressor;
  const std::vector<std::byte> bytes = test::random_bytes(70000);
  const std::span<const std::byte> segment = bytes;
  const BytesView compressed = compressor.compress(snappy(), {&segment, 1}).value();
  CHECK(test::to_hex({compressed.data(), 16}) == header);
  // Random bytes stay literals: 3 bytes of length (2 for the short last block), 3 of tag, the
  // block.
  CHECK(test::to_hex({compressed.data() + 16, 7}) == "00008006808002");
  CHECK(compressed.size() == 16 + 3 * (4 + 3 + 3) - 1 + 70000);
}

TEST_SUITE_END();
