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

// "hello" as one uncompressed block of a frame with Java's descriptor.
constexpr std::string_view frame = "04224d186040820500008068656c6c6f00000000";
// The same with the header checksum that Kafka computed before 0.10.
constexpr std::string_view magic0_frame = "04224d1860401a0500008068656c6c6f00000000";
// The lz4 program's: with content size and content checksum, and with block checksums.
constexpr std::string_view sized_frame =
    "04224d186c4005000000000000002c0500008068656c6c6f00000000f97700fb";
constexpr std::string_view checked_frame =
    "04224d187440bd0500008068656c6c6ff97700fb00000000f97700fb";
// A block "hello hello hello", and one that copies 12 bytes out of it and adds "world".
constexpr std::string_view linked_frame =
    "04224d184040c0 11000080 68656c6c6f2068656c6c6f2068656c6c6f"
    "09000000 081100 50776f726c64 00000000";

using Decompress = Result<void> (compression::Decompressor::*)(Codec, BytesView, std::size_t,
                                                               ByteBuffer&);

Result<std::string> run(Decompress method, std::string_view hex) {
  compression::Decompressor decompressor;
  ByteBuffer out;
  const std::vector<std::byte> input = test::from_hex(hex);
  if (Result<void> done = (decompressor.*method)(Codec::lz4, input, 1000, out); !done) {
    return done.error();
  }
  return std::string(out.view().text());
}

Result<std::string> decompress(std::string_view hex) {
  return run(&compression::Decompressor::decompress, hex);
}
Result<std::string> decompress_magic0(std::string_view hex) {
  return run(&compression::Decompressor::decompress_magic0, hex);
}

}  // namespace

TEST_SUITE_BEGIN("lz4" * doctest::skip(!is_available(Codec::lz4)));

TEST_CASE("frames are read with and without what is optional") {
  CHECK(decompress(frame).value() == "hello");
  CHECK(decompress(sized_frame).value() == "hello");
  CHECK(decompress(checked_frame).value() == "hello");
  CHECK(decompress(linked_frame).value() == "hello hello hellohello hello world");
  CHECK(decompress(std::string(frame) + "00").error() == ErrorCode::decompression_failed);
}

TEST_CASE("only magic 0 batches may have the old header checksum") {
  CHECK(decompress(magic0_frame).error() == ErrorCode::decompression_failed);
  CHECK(decompress_magic0(magic0_frame).value() == "hello");
  CHECK(decompress_magic0(frame).value() == "hello");
  for (std::size_t size = 0; size < frame.size(); size += 2) {
    CHECK(decompress_magic0(frame.substr(0, size)).error() == ErrorCode::decompression_failed);
  }
}

TEST_CASE("a frame that failed leaves nothing behind for the next") {
  compression::Decompressor decompressor;
  ByteBuffer out;
  // With a content size, and cut short.
  const std::vector<std::byte> failing = test::from_hex(sized_frame.substr(0, 40));
  CHECK_FALSE(decompressor.decompress(Codec::lz4, failing, 1000, out));
  CHECK(decompressor.decompress(Codec::lz4, test::from_hex(frame), 1000, out));
  CHECK(out.view() == "hello");
}

TEST_CASE("what is written has Java's descriptor") {
  compression::Compressor compressor;
  const std::vector<std::byte> bytes = test::random_bytes(70000);
  const std::span<const std::byte> segment = bytes;
  const BytesView compressed = compressor.compress(lz4(), {&segment, 1}).value();
  // Random bytes become uncompressed blocks, the first of 64 KiB.
  CHECK(test::to_hex({compressed.data(), 11}) == "04224d1860408200000180");
  CHECK(compressed.size() == 7 + 2 * 4 + 70000 + 4);
}

TEST_SUITE_END();
