#include "broker/src/core/storage/file_names.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace barnabas;
using namespace barnabas::broker::storage;

TEST_CASE("segment files carry the base offset in 20 digits") {
  CHECK(segment_file(0, suffix::log) == "00000000000000000000.log");
  CHECK(segment_file(42, suffix::time_index) == "00000000000000000042.timeindex");
  const std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  CHECK(segment_file(largest, suffix::snapshot) == "09223372036854775807.snapshot");
  const auto name = parse_segment_file("00000000000000000042.log.swap");
  REQUIRE(name);
  CHECK(name->base_offset == 42);
  CHECK(name->suffix == ".log.swap");
  CHECK(parse_segment_file(segment_file(largest, suffix::log))->base_offset == largest);
}

TEST_CASE("other names are no segment files") {
  for (const char* name :
       {"", "42.log", "00000000000000000042", "00000000000000000042log", "0000000000000000004x.log",
        "99999999999999999999.log", "-0000000000000000042.log", "leader-epoch-checkpoint",
        "partition.metadata"}) {
    CAPTURE(name);
    CHECK_FALSE(parse_segment_file(name));
  }
}

TEST_CASE("partition folders are split at the last dash") {
  CHECK(partition_folder({"my-topic", 12}) == "my-topic-12");
  CHECK(parse_partition_folder("my-topic-12") == TopicPartition("my-topic", 12));
  CHECK(parse_partition_folder("a-0") == TopicPartition("a", 0));
  for (const char* name : {"", "topic", "topic-", "-1", "topic-x", "topic-1.x-delete", "topic--1x",
                           "topic-99999999999"}) {
    CAPTURE(name);
    CHECK_FALSE(parse_partition_folder(name));
  }
}

TEST_CASE("folders under removal say which topic and partition they were") {
  const Uuid id(0x0123456789abcdefU, 0xfedcba9876543210U);
  CHECK(deleted_folder({"orders", 3}, id) == "orders-3.0123456789abcdeffedcba9876543210-delete");
  CHECK(parse_deleted_folder(deleted_folder({"a.b-7.c", 3}, id)) == 3);
  const std::string longest = deleted_folder({std::string(249, 't'), 2147483647}, id);
  CHECK(longest.size() == 255);
  CHECK(parse_deleted_folder(longest) == 2147483647);
  CHECK_FALSE(parse_deleted_folder("orders-3"));
  CHECK_FALSE(parse_deleted_folder("x-delete"));
}
