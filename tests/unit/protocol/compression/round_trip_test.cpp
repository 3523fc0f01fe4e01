#include "protocol/compression/compressor.hpp"
#include "protocol/compression/decompressor.hpp"
#include "tests/support/payloads.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

using namespace barnabas;
using compression::Compressor;
using compression::Decompressor;

namespace {

using Bytes = std::vector<std::byte>;

constexpr std::array codecs = {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd};
constexpr std::array compressing = {Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd};
constexpr std::size_t no_limit = std::size_t{1} << 30;

std::vector<Compression> all_levels() {
  std::vector<Compression> all = {uncompressed(), gzip(),   gzip(1), gzip(9), snappy(),
                                  lz4(),          lz4(1),   lz4(9),  lz4(17), zstd(),
                                  zstd(-100),     zstd(-1), zstd(1), zstd(12)};
  std::erase_if(all, [](const Compression& how) { return !is_available(how.codec()); });
  return all;
}

// Cuts bytes into segments of uneven sizes, some of them empty.
std::vector<std::span<const std::byte>> cut(const Bytes& bytes) {
  std::vector<std::span<const std::byte>> segments;
  std::size_t at = 0;
  for (std::size_t size = 0; at < bytes.size(); size = size * 3 + 1) {
    const std::size_t part = std::min(size, bytes.size() - at);
    segments.push_back(std::span(bytes).subspan(at, part));
    at += part;
  }
  return segments;
}

Bytes compress(Compressor& compressor, const Compression& how, const Bytes& bytes) {
  const auto segments = cut(bytes);
  const Result<BytesView> compressed = compressor.compress(how, segments);
  REQUIRE(compressed);
  return {compressed->begin(), compressed->end()};
}

}  // namespace

TEST_CASE("what was compressed decompresses to the same, for each codec, level, size and kind") {
  Compressor compressor;
  Decompressor decompressor;
  for (const Compression& how : all_levels()) {
    for (const std::size_t size : {0U, 1U, 100U, 32768U, 32769U, 65536U, 300000U}) {
      for (const Bytes& bytes :
           {Bytes(size), test::random_bytes(size), test::json_like_bytes(size)}) {
        const Bytes compressed = compress(compressor, how, bytes);
        ByteBuffer out;
        const Result<void> done = decompressor.decompress(how.codec(), compressed, size, out);
        CAPTURE(how.to_string());
        CAPTURE(size);
        REQUIRE(done);
        CHECK(out.view() == BytesView(bytes));
      }
    }
  }
}

TEST_CASE("decompressed bytes go behind what is there, and a failure leaves that alone") {
  Compressor compressor;
  Decompressor decompressor;
  const Bytes bytes = test::json_like_bytes(100000);
  for (const Codec codec : codecs) {
    if (!is_available(codec)) continue;
    CAPTURE(name(codec));
    ByteBuffer out;
    out.append(BytesView("before"));
    Bytes compressed = compress(compressor, codec, bytes);
    REQUIRE(decompressor.decompress(codec, compressed, no_limit, out));
    CHECK(out.size() == bytes.size() + 6);
    CHECK(BytesView(out.data() + 6, bytes.size()) == BytesView(bytes));
    out.truncate(6);
    CHECK_FALSE(decompressor.decompress(codec, compressed, bytes.size() - 1, out));
    CHECK(out.view() == "before");
    if (codec == Codec::none) continue;
    compressed.resize(compressed.size() / 2);
    CHECK_FALSE(decompressor.decompress(codec, compressed, no_limit, out));
    CHECK(out.view() == "before");
  }
}

TEST_CASE("cat_C13 content above the limit is refused as such, to the byte") {
  Compressor compressor;
  Decompressor decompressor;
  const Bytes bytes = test::json_like_bytes(200000);
  for (const Codec codec : codecs) {
    if (!is_available(codec)) continue;
    CAPTURE(name(codec));
    const Bytes compressed = compress(compressor, codec, bytes);
    for (const std::size_t limit : {0U, 1U, 1000U, 65536U, 199999U}) {
      ByteBuffer out;
      const Result<void> done = decompressor.decompress(codec, compressed, limit, out);
      REQUIRE_FALSE(done);
      CHECK(done.error() == ErrorCode::decompression_failed);
      CHECK(done.error().context().find("limit") != std::string::npos);
      CHECK(out.empty());
    }
    ByteBuffer out;
    CHECK(decompressor.decompress(codec, compressed, 200000, out));
  }
}

TEST_CASE("cat_C13 bombs are refused with memory near the limit") {
  Compressor compressor;
  Decompressor decompressor;
  const Bytes zeros(std::size_t{64} << 20);
  constexpr std::size_t limit = std::size_t{4} << 20;
  for (const Codec codec : compressing) {
    if (!is_available(codec)) continue;
    CAPTURE(name(codec));
    const Bytes bomb = compress(compressor, codec, zeros);
    ByteBuffer out;
    const Result<void> done = decompressor.decompress(codec, bomb, limit, out);
    REQUIRE_FALSE(done);
    CHECK(done.error() == ErrorCode::decompression_failed);
    CHECK(out.capacity() <= 2 * limit);
  }
}

TEST_CASE("damage at any byte is an error or other bytes, and nothing worse") {
  Compressor compressor;
  Decompressor decompressor;
  const Bytes bytes = test::json_like_bytes(3000);
  for (const Codec codec : compressing) {
    if (!is_available(codec)) continue;
    const Bytes good = compress(compressor, codec, bytes);
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
        Bytes bad = good;
        bad[at] ^= static_cast<std::byte>(flip);
        ByteBuffer out;
        (void)decompressor.decompress(codec, bad, 100000, out);
        CHECK(out.size() <= 100000);
      }
    }
    // The workspace is not poisoned by what failed before.
    ByteBuffer out;
    REQUIRE(decompressor.decompress(codec, good, 100000, out));
    CHECK(out.view() == BytesView(bytes));
  }
}

TEST_CASE("every truncation is an error") {
  Compressor compressor;
  Decompressor decompressor;
  // Less than one block of each codec, so that no prefix is complete in itself.
  const Bytes bytes = test::json_like_bytes(3000);
  for (const Codec codec : compressing) {
    if (!is_available(codec)) continue;
    CAPTURE(name(codec));
    const Bytes good = compress(compressor, codec, bytes);
    for (std::size_t size = 0; size < good.size(); ++size) {
      if (codec == Codec::snappy && size == 16) continue;  // The header alone is an empty stream.
      CAPTURE(size);
      ByteBuffer out;
      const Result<void> done = decompressor.decompress(codec, {good.data(), size}, 100000, out);
      REQUIRE_FALSE(done);
      CHECK(done.error() == ErrorCode::decompression_failed);
    }
  }
}

TEST_CASE("codecs that do not exist or are not built in are refused") {
  Compressor compressor;
  Decompressor decompressor;
  for (const int number : {1, 2, 3, 4, 5, 6, 7}) {
    const auto codec = static_cast<Codec>(number);
    if (is_available(codec)) continue;
    ByteBuffer out;
    const Result<void> done = decompressor.decompress(codec, BytesView("x"), 100, out);
    REQUIRE_FALSE(done);
    CHECK(done.error() == ErrorCode::unsupported_compression_type);
    CHECK_FALSE(compressor.compress(codec, {}));
  }
}

TEST_CASE("an invalid level is refused before anything is compressed") {
  Compressor compressor;
  const Result<BytesView> done = compressor.compress(gzip(10), {});
  REQUIRE_FALSE(done);
  CHECK(done.error() == ErrorCode::invalid_property);
}
