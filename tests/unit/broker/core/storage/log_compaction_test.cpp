#include "broker/src/core/storage/log_compaction.hpp"

#include "tests/unit/broker/core/storage/storage_world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace barnabas;
using namespace barnabas::broker::storage;
using namespace std::chrono_literals;
using test::Bytes;
using test::StorageWorld;

namespace {

using Pair = std::pair<std::string, std::optional<std::string>>;

/// A compacted topic "t" whose segments hold about three batches.
struct World : StorageWorld {
  World() {
    config.fsync = FsyncPolicy::always;
    config.cleaner_backoff = 1s;
    open();
    create("t", {{"cleanup.policy", "compact"},
                 {"segment.bytes", "400"},
                 {"min.cleanable.dirty.ratio", "0.01"},
                 {"delete.retention.ms", "60000"}});
  }

  Bytes keyed(const std::vector<Pair>& pairs, Compression compression = {},
              const records::ProducerStamp& stamp = {}) const {
    std::vector<test::OwnedRecord> made;
    for (const auto& [key, value] : pairs) {
      std::optional<std::string> padded = value;
      if (padded) padded->resize(60, '.');
      made.push_back({static_cast<std::int64_t>(made.size()), now.wall, key, padded, {}});
    }
    return test::make_batch(made, compression, stamp);
  }
  void put(const std::vector<Pair>& pairs, Compression compression = {},
           const records::ProducerStamp& stamp = {}) {
    StorageWorld::append(keyed(pairs, compression, stamp)).value();
    settle();
  }
  /// Time passes until nothing is left to compact.
  void compact() {
    for (int i = 0; i < 10; ++i) {
      advance(1s);
      for (int step = 0; step < 1000 && *manager->next_deadline() <= now.monotonic; ++step) {
        advance(0s);
      }
    }
  }

  struct Content {
    std::map<std::int64_t, Pair> records;  // by offset
    std::map<std::string, std::optional<std::string>> latest;
    std::vector<records::BatchHeader> batches;
  };
  Content content() {
    Content found;
    const Bytes bytes = read_all(log().log_start_offset());
    records::BatchReader reader(bytes);
    compression::Decompressor decompressor;
    ByteBuffer storage;
    std::int64_t next = 0;
    for (records::BatchView batch; reader.next(batch);) {
      CHECK(batch.header.base_offset >= next);
      next = batch.next_offset();
      found.batches.push_back(batch.header);
      auto each = records::open_batch(batch, decompressor, storage).value();
      for (records::RecordView record; each.next(record);) {
        std::optional<std::string> value;
        if (record.value) value = std::string(record.value->text()).substr(0, 5);
        if (value) value->erase(value->find_last_not_of('.') + 1);
        found.records[record.offset] = {std::string(record.key->text()), value};
        found.latest[std::string(record.key->text())] = value;
      }
      REQUIRE(!each.failed());
    }
    REQUIRE(!reader.failed());
    return found;
  }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const FolderEntry& entry : disk.list("t-0").value()) names.push_back(entry.name);
    return names;
  }
};

}  // namespace

TEST_CASE_FIXTURE(World, "compaction keeps the latest record of each key, at its offset") {
  for (int i = 0; i < 40; ++i) {
    put({{"k" + std::to_string(i % 4), "v" + std::to_string(i)}, {"other", std::to_string(i)}});
  }
  const Content before = content();
  const std::uint64_t size = log().size();
  compact();
  const Content after = content();
  CHECK(after.latest == before.latest);
  CHECK(after.records.size() < 20);
  CHECK(log().size() < size / 2);
  CHECK(log().log_end_offset() == 80);
  CHECK(log().log_start_offset() == 0);
  for (const auto& [offset, record] : after.records) CHECK(before.records.at(offset) == record);
  // Nothing is done twice for nothing.
  const auto names = files();
  compact();
  CHECK(files() == names);
}

TEST_CASE_FIXTURE(World, "compaction rebuilds compressed batches and leaves their frame alone") {
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::lz4, Codec::zstd, Codec::snappy}) {
    if (!is_available(codec)) continue;
    put({{"a", "1"}, {"b" + std::string(name(codec)), "2"}, {"a", "3"}}, codec);
  }
  const Content before = content();
  for (int i = 0; i < 6; ++i) put({{"filler", std::to_string(i)}});
  compact();
  const Content after = content();
  std::size_t seen = 0;
  for (const records::BatchHeader& batch : after.batches) {
    for (const records::BatchHeader& old : before.batches) {
      if (old.base_offset != batch.base_offset) continue;
      ++seen;
      CHECK(batch.last_offset() == old.last_offset());
      CHECK(batch.codec() == old.codec());
      CHECK(batch.record_count < old.record_count);
      CHECK(batch.partition_leader_epoch == old.partition_leader_epoch);
    }
  }
  CHECK(seen == before.batches.size());
}

TEST_CASE_FIXTURE(World, "compaction keeps tombstones until their time has come") {
  put({{"a", "1"}, {"b", "1"}});
  put({{"a", std::nullopt}});
  const auto more = [&](int count) {
    for (int i = 0; i < count; ++i) put({{"filler", std::to_string(i)}});
  };
  more(8);
  compact();
  Content found = content();
  REQUIRE(found.latest.contains("a"));
  CHECK(!found.latest["a"]);
  CHECK(found.records.at(1).first == "b");
  CHECK(!found.records.contains(0));
  CHECK(found.batches[1].has_delete_horizon());
  CHECK(found.batches[1].base_timestamp > now.wall);
  advance(61s);
  more(8);
  compact();
  found = content();
  CHECK(!found.latest.contains("a"));
  CHECK(found.latest.contains("b"));
}

TEST_CASE_FIXTURE(World, "compaction leaves young records, the open segment and others' topics") {
  manager
      ->set_topic_properties(now, "t",
                             {{"cleanup.policy", "compact"},
                              {"segment.bytes", "400"},
                              {"min.cleanable.dirty.ratio", "0.01"},
                              {"min.compaction.lag.ms", "3600000"}})
      .value();
  settle();
  for (int i = 0; i < 12; ++i) put({{"a", std::to_string(i)}});
  compact();
  CHECK(content().records.size() == 12);
  advance(2h);
  compact();
  const Content found = content();
  CHECK(found.records.size() < 6);
  CHECK(found.records.size() > 1);  // those of the open segment
  CHECK(found.latest.at("a") == "11");
  manager->set_topic_properties(now, "t", {{"cleanup.policy", "delete"}, {"segment.bytes", "400"}})
      .value();
  settle();
  for (int i = 0; i < 12; ++i) put({{"a", std::to_string(i)}});
  advance(2h);
  compact();
  CHECK(content().records.size() >= 12 + found.records.size() - 1);
}

TEST_CASE_FIXTURE(World,
                  "compaction waits for enough dirty bytes, but not beyond the largest lag") {
  TopicProperties properties{{"cleanup.policy", "compact"},
                             {"segment.bytes", "400"},
                             {"min.cleanable.dirty.ratio", "0.99"}};
  for (int i = 0; i < 12; ++i) put({{"k" + std::to_string(i), "x"}});
  compact();  // all is clean now, and stays
  manager->set_topic_properties(now, "t", properties).value();
  settle();
  for (int i = 0; i < 8; ++i) put({{"a", std::to_string(i)}});
  compact();
  CHECK(content().records.size() == 20);
  properties["max.compaction.lag.ms"] = "60000";
  manager->set_topic_properties(now, "t", properties).value();
  settle();
  advance(2min);
  compact();
  CHECK(content().records.size() < 20);
}

TEST_CASE_FIXTURE(World, "compaction keeps the last batch of a producer, if need be empty") {
  const records::ProducerStamp stamp{5, 0, 0, false};
  put({{"a", "1"}, {"b", "1"}}, {}, stamp);
  for (int i = 0; i < 12; ++i) put({{"a", std::to_string(i)}, {"b", "2"}});
  compact();
  const Content found = content();
  REQUIRE(!found.batches.empty());
  CHECK(found.batches[0].base_offset == 0);
  CHECK(found.batches[0].last_offset() == 1);
  CHECK(found.batches[0].record_count == 0);
  CHECK(found.batches[0].producer_id == 5);
  // A retry is still known, also after the state was made from the log alone.
  kill();
  for (const FolderEntry& entry : disk.list("t-0").value()) {
    if (entry.name.ends_with(".snapshot")) disk.remove("t-0/" + entry.name).value();
  }
  open();
  const auto again = StorageWorld::append(keyed({{"a", "1"}, {"b", "1"}}, {}, stamp));
  REQUIRE(again);
  CHECK(again->duplicate);
  CHECK(again->base_offset == 0);
}

TEST_CASE_FIXTURE(World, "compaction of more keys than fit the memory goes on where it ended") {
  manager.reset();
  disk.restart();
  config.cleaner_buffer_bytes = 1024;
  open();
  for (int i = 0; i < 60; ++i) put({{"k" + std::to_string(i % 30), std::to_string(i)}});
  const Content before = content();
  for (int i = 0; i < 5; ++i) compact();
  const Content after = content();
  CHECK(after.latest == before.latest);
  CHECK(after.records.size() < 40);
}

TEST_CASE("compaction survives the loss of power at every step") {
  // How many steps does it take?
  const auto fill = [](World& w) {
    for (int i = 0; i < 24; ++i) {
      w.put({{"k" + std::to_string(i % 5), std::to_string(i)}, {"x", std::to_string(i)}},
            i % 3 == 0 ? Compression(Codec::gzip) : Compression());
    }
    w.put({{"k0", std::nullopt}});
    for (int i = 0; i < 3; ++i) w.put({{"end", std::to_string(i)}});
  };
  // One step: an advance, or the report of one round of syncs. False when nothing was left.
  const auto step = [](World& w) {
    if (w.disk.has_completions()) {
      w.disk.deliver(w.now, *w.manager);
      return true;
    }
    const auto deadline = w.manager->next_deadline();
    if (!deadline || *deadline > w.now.monotonic + 3s) return false;
    w.now.monotonic = std::max(w.now.monotonic, *deadline);
    w.manager->advance(w.now);
    return true;
  };
  bool swap_seen = false;
  bool compacted = false;
  for (int steps = 0; steps < 300 && !compacted; ++steps) {
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      CAPTURE(steps);
      CAPTURE(seed);
      World w;
      fill(w);
      w.advance(1ms);
      const auto before = w.content();
      for (int at = 0; at < steps; ++at) static_cast<void>(step(w));
      for (const std::string& file : w.files()) swap_seen = swap_seen || file.ends_with(".swap");
      compacted = w.log().compaction().clean_to() > 40;
      Random random(seed);
      if (seed == 0) {
        w.kill();
      } else if (seed == 1) {
        w.cut_power();
      } else {
        w.cut_power(random);
      }
      w.open();
      CHECK(w.log().offline().ok());
      const auto after = w.content();
      CHECK(after.latest == before.latest);
      CHECK(w.log().log_end_offset() == 52);
      for (const auto& [offset, record] : after.records) {
        CHECK(before.records.at(offset) == record);
      }
      w.compact();
      const auto finally = w.content();
      CHECK(finally.latest == before.latest);
      CHECK(finally.records.size() < 20);
      for (const std::string& file : w.files()) {
        CAPTURE(file);
        CHECK(!file.ends_with(".swap"));
        CHECK(!file.ends_with(".cleaned"));
      }
    }
  }
  CHECK(swap_seen);
  CHECK(compacted);
}

TEST_CASE_FIXTURE(World,
                  "compaction ends where a log is deleted, and a close finishes or drops it") {
  for (int i = 0; i < 24; ++i) put({{"a", std::to_string(i)}});
  SUBCASE("deleted") {
    now.monotonic += 2s;
    for (int i = 0; i < 3; ++i) manager->advance(now);
    manager->delete_topic(now, "t").value();
    compact();
    CHECK(manager->state() == LogManager::State::running);
  }
  SUBCASE("closed at any moment") {
    for (int steps = 0; steps < 12; ++steps) {
      now.monotonic += 2s;
      for (int i = 0; i < steps; ++i) {
        manager->advance(now);
        if (disk.has_completions()) disk.deliver(now, *manager);
      }
      manager->close(now);
      settle();
      CHECK(manager->state() == LogManager::State::stopped);
      manager.reset();
      disk.restart();
      open();
      CHECK(content().latest.at("a") == "23");
    }
  }
}

TEST_CASE_FIXTURE(World, "compaction gives up on a full disk and tries again") {
  for (int i = 0; i < 24; ++i) put({{"a" + std::to_string(i % 7), std::to_string(i)}});
  const Content before = content();
  disk.set_capacity(1);
  compact();
  CHECK(manager->state() == LogManager::State::running);
  // Segments of which nothing stays can go even so.
  const Content full = content();
  CHECK(full.latest == before.latest);
  CHECK(full.records.size() > 10);
  disk.set_capacity(std::uint64_t{1} << 30);
  compact();
  CHECK(content().latest == before.latest);
  CHECK(content().records.size() < full.records.size());
}
