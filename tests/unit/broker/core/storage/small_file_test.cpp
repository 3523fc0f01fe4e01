#include "broker/src/core/storage/small_file.hpp"

#include "broker/src/io/memory_disk.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::broker::storage;
using barnabas::broker::io::MemoryDisk;

TEST_CASE("small files are replaced whole") {
  MemoryDisk disk;
  CHECK_FALSE(read_small_file(disk, "a").value().has_value());
  REQUIRE(write_small_file(disk, "a", "a long content"));
  REQUIRE(write_small_file(disk, "a", "short"));
  CHECK(read_small_file(disk, "a").value() == "short");
  REQUIRE(replace_small_file(disk, "a", "other"));
  CHECK(read_small_file(disk, "a").value() == "other");
  CHECK_FALSE(disk.exists("a.tmp").value());
  CHECK(read_small_file(disk, "a", 4).error() == ErrorCode::malformed_message);
}

TEST_CASE("a replacement that fails leaves the old content") {
  MemoryDisk disk;
  REQUIRE(replace_small_file(disk, "a", "old"));
  disk.set_capacity(disk.used() + 2);
  CHECK(replace_small_file(disk, "a", "newer").error() == ErrorCode::disk_full);
  CHECK(read_small_file(disk, "a").value() == "old");
}
