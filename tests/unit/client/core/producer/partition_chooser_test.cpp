#include "client/src/core/producer/partition_chooser.hpp"

#include "client/src/core/producer/key_hash.hpp"
#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using Kind = PartitionChooser::Choice::Kind;

RecordView keyed(std::optional<std::string_view> key) {
  return {key ? std::optional<BytesView>(*key) : std::nullopt, BytesView(std::string_view("v"))};
}

struct ChooserWorld {
  explicit ChooserWorld(Partitioning partitioning) { settings.partitioning = partitioning; }

  ProducerSettings settings;
  PartitionChooser chooser{settings, 3};

  PartitionChooser::Choice choose(const RecordView& record, std::int32_t partitions = 10) {
    return chooser.choose("orders", record, partitions);
  }
  std::int32_t by_key(std::optional<std::string_view> key, std::int32_t partitions = 10) {
    const PartitionChooser::Choice choice = choose(keyed(key), partitions);
    CHECK(choice.kind == Kind::fixed);
    return choice.partition;
  }
  /// Whether such records go everywhere.
  bool is_spread(std::optional<std::string_view> key) {
    std::set<std::int32_t> seen;
    for (int i = 0; i < 300; ++i) {
      const PartitionChooser::Choice choice = choose(keyed(key));
      CHECK(choice.kind == Kind::free);
      seen.insert(choice.partition);
    }
    return seen.size() == 10;
  }
};

}  // namespace

TEST_CASE("partition chooser: java puts keys where the Java client does") {
  ChooserWorld world(Partitioning::java);
  // toPositive(murmur2(key)) % partitions
  CHECK(world.by_key("foobar", 1000) == (-790332482 & 0x7fffffff) % 1000);
  CHECK(world.by_key("abc", 7) == 479470107 % 7);
  CHECK(world.by_key("", 1000) == (0x106e08d9 & 0x7fffffff) % 1000);  // empty is a key
  const auto sticky = world.choose(keyed(std::nullopt));
  CHECK(sticky.kind == Kind::sticky);
}

TEST_CASE("partition chooser: keys may be ignored") {
  ChooserWorld world(Partitioning::java);
  world.settings.ignore_keys = true;
  CHECK(world.choose(keyed("foobar")).kind == Kind::sticky);
}

TEST_CASE("partition chooser: librdkafka's schemes") {
  const auto crc = [](std::string_view key) {
    return static_cast<std::int32_t>(crc32_ieee(BytesView(key)) % 10);
  };
  const auto murmur = [](std::string_view key) {
    return static_cast<std::int32_t>((murmur2(BytesView(key)) & 0x7fffffff) % 10);
  };
  const auto fnv = [](std::string_view key) {
    return static_cast<std::int32_t>(fnv1a_magnitude(BytesView(key)) % 10);
  };
  for (const std::string_view key : {"a", "kafka", "123456789"}) {
    CAPTURE(key);
    CHECK(ChooserWorld(Partitioning::consistent).by_key(key) == crc(key));
    CHECK(ChooserWorld(Partitioning::consistent_random).by_key(key) == crc(key));
    CHECK(ChooserWorld(Partitioning::murmur2).by_key(key) == murmur(key));
    CHECK(ChooserWorld(Partitioning::murmur2_random).by_key(key) == murmur(key));
    CHECK(ChooserWorld(Partitioning::fnv1a).by_key(key) == fnv(key));
    CHECK(ChooserWorld(Partitioning::fnv1a_random).by_key(key) == fnv(key));
  }
  CHECK(ChooserWorld(Partitioning::consistent).by_key("123456789") == 0xCBF43926U % 10);
  CHECK(ChooserWorld(Partitioning::consistent).by_key(std::nullopt) == 0);
  CHECK(ChooserWorld(Partitioning::murmur2).by_key(std::nullopt) == murmur(""));
  CHECK(ChooserWorld(Partitioning::fnv1a).by_key(std::nullopt) == fnv(""));
  CHECK(ChooserWorld(Partitioning::consistent_random).is_spread(std::nullopt));
  CHECK(ChooserWorld(Partitioning::consistent_random).is_spread(""));
  CHECK(ChooserWorld(Partitioning::murmur2_random).is_spread(std::nullopt));
  CHECK(ChooserWorld(Partitioning::murmur2_random).by_key("") == murmur(""));
  CHECK(ChooserWorld(Partitioning::fnv1a_random).is_spread(std::nullopt));
  CHECK(ChooserWorld(Partitioning::random).is_spread("a"));
}

TEST_CASE("partition chooser: in turn") {
  ChooserWorld world(Partitioning::round_robin);
  const std::int32_t first = world.choose(keyed("same"), 4).partition;
  for (std::int32_t i = 1; i < 9; ++i) {
    CHECK(world.choose(keyed("same"), 4).partition == (first + i) % 4);
  }
}

TEST_CASE("partition chooser: the record's own partition, then the Partitioner, then the scheme") {
  ChooserWorld world(Partitioning::java);
  int calls = 0;
  world.settings.partitioner = [&](std::string_view topic, const RecordView& record,
                                   std::int32_t partitions) {
    ++calls;
    CHECK(topic == "orders");
    CHECK(partitions == 10);
    return record.key ? any_partition : 77;  // not checked here
  };
  RecordView record = keyed("abc");
  record.partition = 4;
  CHECK(world.choose(record).partition == 4);
  CHECK(calls == 0);
  CHECK(world.choose(keyed(std::nullopt)).partition == 77);
  CHECK(world.by_key("abc") == 479470107 % 10);
  CHECK(calls == 2);
}
