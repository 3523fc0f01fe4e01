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

// The zstd program's frames of "hello": streamed with a checksum, and without.
constexpr std::string_view checked_frame = "28b52ffd045829000068656c6c6fa36d9f88";
constexpr std::string_view plain_frame = "28b52ffd005829000068656c6c6f";
// No content size, a window of 128 MiB (as Java's level 22 writes) and one block of 64 KiB equal
// bytes.
constexpr std::string_view wide_run = "28b52ffd0088030008 61";

Result<std::string> decompress(std::string_view hex, std::size_t limit = 100000) {
  compression::Decompressor decompressor;
  ByteBuffer out;
  const std::vector<std::byte> input = test::from_hex(hex);
  if (Result<void> done = decompressor.decompress(Codec::zstd, input, limit, out); !done) {
    return done.error();
  }
  return std::string(out.view().text());
}

}  // namespace

TEST_SUITE_BEGIN("zstd" * doctest::skip(!is_available(Codec::zstd)));

TEST_CASE("frames without a content size are read") {
  CHECK(decompress(checked_frame).value() == "hello");
  CHECK(decompress(plain_frame).value() == "hello");
  CHECK(decompress("").error() == ErrorCode::decompression_failed);
}

TEST_CASE("content far beyond the first guess is read, up to the limit") {
  // Sixteen runs of 64 KiB in a frame of 70 bytes.
  std::string frame(wide_run.substr(0, 12));
  for (int i = 0; i < 15; ++i)
    frame +=
        "020008"
        "61";
  frame +=
      "030008"
      "62";
  constexpr std::size_t size = std::size_t{16} * 65536;
  const Result<std::string> content = decompress(frame, size);
  REQUIRE(content);
  CHECK(content->size() == size);
  CHECK(content->front() == 'a');
  CHECK(content->back() == 'b');
  const Result<std::string> refused = decompress(frame, size - 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().context().find("limit") != std::string::npos);
}

TEST_CASE("a content size that lies costs no memory") {
  // The first frame with a content size of 2^62 bytes put in.
  compression::Decompressor decompressor;
  ByteBuffer out;
  const std::vector<std::byte> input =
      test::from_hex("28b52ffdc058 0000000000000040 29000068656c6c6f");
  const Result<void> done = decompressor.decompress(Codec::zstd, input, 1 << 20, out);
  CHECK_FALSE(done);
  CHECK(out.capacity() <= 2 << 20);
}

TEST_CASE("a content size of 0 that lies is damage") {
  CHECK(decompress("28b52ffd2000 29000068656c6c6f").error() == ErrorCode::decompression_failed);
}

TEST_CASE("what is written names its size and has no checksum") {
  compression::Compressor compressor;
  const std::vector<std::byte> bytes = test::random_bytes(1000);
  const std::vector<std::span<const std::byte>> parts = {std::span(bytes).first(10),
                                                         std::span(bytes).subspan(10)};
  const BytesView compressed = compressor.compress(zstd(), parts).value();
  // Descriptor 0x60: one segment, two bytes of size (less 256), no checksum, no dictionary.
  CHECK(test::to_hex({compressed.data(), 7}) == "28b52ffd60e802");
}

TEST_SUITE_END();
