#include <barnabas/compression.hpp>

#include <doctest/doctest.h>

#include <string>

using barnabas::Codec;
using barnabas::Compression;
using barnabas::ErrorCode;

TEST_CASE("codecs are parsed by the names of compression.type") {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    const auto parsed = Compression::parse(name(codec));
    REQUIRE(parsed);
    CHECK(parsed->codec() == codec);
    CHECK_FALSE(parsed->level());
  }
  for (const char* const text : {"", "ZSTD", "brotli", "zstd:3", "unknown"}) {
    const auto parsed = Compression::parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error() == ErrorCode::invalid_property);
    CHECK(parsed.error().context().find("lz4") != std::string::npos);
  }
}

TEST_CASE("levels have the codec's range") {
  const auto check_level = [](Codec codec, int level, bool allowed) {
    if (!is_available(codec)) return;
    const auto valid = Compression(codec).with_level(level).validate();
    CAPTURE(codec);
    CAPTURE(level);
    CHECK(valid.has_value() == allowed);
    if (!valid) CHECK(valid.error() == ErrorCode::invalid_property);
  };
  check_level(Codec::none, 1, false);
  check_level(Codec::gzip, 0, false);
  check_level(Codec::gzip, 1, true);
  check_level(Codec::gzip, 9, true);
  check_level(Codec::gzip, 10, false);
  check_level(Codec::snappy, 1, false);
  check_level(Codec::lz4, 0, false);
  check_level(Codec::lz4, 17, true);
  check_level(Codec::lz4, 18, false);
  check_level(Codec::zstd, -131072, true);
  check_level(Codec::zstd, -131073, false);
  check_level(Codec::zstd, 22, true);
  check_level(Codec::zstd, 23, false);
}

TEST_CASE("a codec that is not built in is named with its build option") {
  for (const Codec codec : {Codec::snappy, Codec::lz4, Codec::zstd}) {
    const auto valid = Compression(codec).validate();
    CHECK(valid.has_value() == is_available(codec));
    if (valid) continue;
    CHECK(valid.error() == ErrorCode::unsupported_compression_type);
    CHECK(valid.error().context().find(name(codec)) != std::string::npos);
    CHECK(valid.error().context().find("BARNABAS_WITH_") != std::string::npos);
  }
  CHECK(Compression(static_cast<Codec>(5)).validate().error() ==
        ErrorCode::unsupported_compression_type);
}

TEST_CASE("the short forms and the text form") {
  CHECK(barnabas::uncompressed() == Compression(Codec::none));
  CHECK(barnabas::zstd(3) == Compression(Codec::zstd, 3));
  CHECK(barnabas::zstd() != barnabas::zstd(3));
  CHECK(barnabas::lz4().to_string() == "lz4");
  CHECK(barnabas::gzip(9).to_string() == "gzip:9");
  CHECK(barnabas::snappy().to_string() == "snappy");
}
