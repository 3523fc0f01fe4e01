#include "tests/support/batch_lines.hpp"
#include "tests/support/split_line.hpp"
#include "tests/support/vectors.hpp"

#include <barnabas/compression.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

using namespace barnabas;

namespace {

/// Whether this build has the codec that the vector's name contains ("v2 zstd:3").
bool is_readable(std::string_view name) {
  for (const Codec codec : {Codec::snappy, Codec::lz4, Codec::zstd}) {
    if (name.find(barnabas::name(codec)) != std::string_view::npos) return is_available(codec);
  }
  // Written with lz4.
  return name != "v2 idempotent" || is_available(Codec::lz4);
}

}  // namespace

TEST_CASE("batches that Apache Kafka wrote are read as it reads them") {
  std::size_t read = 0;
  for (const std::string& line : test::read_gzip_lines(BARNABAS_VECTORS "/kafka_batches.tsv.gz")) {
    const std::string name(test::split_line(line)[0]);
    if (!is_readable(name)) continue;
    CAPTURE(name);
    CHECK(test::check_batch_line(line) == "");
    ++read;
  }
  CHECK(read > 15);
}
