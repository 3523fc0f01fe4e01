#include "broker/src/io/memory_disk.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::broker::storage;
using barnabas::broker::io::MemoryDisk;

namespace {

struct Ignore : DiskEvents {
  void on_synced(const Now&, SyncId, Result<void>) override {}
};

struct Fixture {
  MemoryDisk disk;
  Ignore ignore;
  std::uint64_t next_sync = 1;

  FileId open(std::string_view path) { return disk.open(path, OpenMode::create).value(); }
  void write(FileId file, std::uint64_t position, std::string_view text) {
    const std::span<const std::byte> part = BytesView(text).span();
    REQUIRE(disk.write(file, position, {&part, 1}));
  }
  std::string content(std::string_view path) {
    const FileId file = disk.open(path, OpenMode::existing).value();
    std::string text(disk.size(file).value(), '?');
    REQUIRE(disk.read(file, 0, std::as_writable_bytes(std::span(text))));
    disk.close(file);
    return text;
  }
  void sync(FileId file) { disk.sync(SyncId{next_sync++}, file); }
  void sync_folder(std::string_view path) { disk.sync_folder(SyncId{next_sync++}, path); }
  void deliver() { disk.deliver(Now(), ignore); }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a crash takes back what no reported sync covers") {
  const FileId file = open("a");
  write(file, 0, "durable");
  sync(file);
  sync_folder("");
  write(file, 7, " not");
  deliver();
  write(file, 0, "DUR");
  sync(file);
  SUBCASE("unreported") {
    disk.crash();
    CHECK(content("a") == "durable");
  }
  SUBCASE("reported") {
    deliver();
    write(file, 2, "xxx");
    REQUIRE(disk.truncate(file, 4));
    write(file, 4, "yyyyyyyyyyyyyyy");
    disk.crash();
    CHECK(content("a") == "DURable not");
  }
}

TEST_CASE_FIXTURE(Fixture, "a name survives when its folder was synced") {
  REQUIRE(disk.make_folder("t"));
  const FileId file = open("t/a");
  write(file, 0, "text");
  sync(file);
  sync_folder("t");
  deliver();
  SUBCASE("the folder's own name was not") {
    disk.crash();
    CHECK_FALSE(disk.exists("t").value());
  }
  SUBCASE("renamed and removed again") {
    sync_folder("");
    deliver();
    disk.close(file);
    REQUIRE(disk.rename("t/a", "t/b"));
    open("t/c");
    disk.crash();
    CHECK(content("t/a") == "text");
    CHECK_FALSE(disk.exists("t/b").value());
    CHECK_FALSE(disk.exists("t/c").value());
    REQUIRE(disk.rename("t/a", "t/b"));
    sync_folder("t");
    deliver();
    REQUIRE(disk.remove("t/b"));
    disk.crash();
    CHECK(content("t/b") == "text");
  }
}

TEST_CASE_FIXTURE(Fixture, "a restart loses nothing but open files and the lock") {
  const FileId file = open("a");
  write(file, 0, "text");
  REQUIRE(disk.lock(".lock"));
  CHECK(disk.lock(".lock").error() == ErrorCode::data_in_use);
  disk.restart();
  CHECK(disk.size(file).error() == ErrorCode::io_error);
  CHECK(content("a") == "text");
  CHECK(disk.lock(".lock"));
}

TEST_CASE("after a crash by chance each sector is old, new or empty, and all cases occur") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Fixture fixture;
    const FileId file = fixture.open("a");
    fixture.write(file, 0, std::string(600, 'o'));
    fixture.sync(file);
    fixture.sync_folder("");
    fixture.deliver();
    fixture.write(file, 0, std::string(2048, 'n'));
    Random random(seed);
    fixture.disk.crash(random);
    const std::string text = fixture.content("a");
    REQUIRE(text.size() >= 600);
    REQUIRE(text.size() <= 2048);
    CHECK((text.substr(0, 512) == std::string(512, 'o') ||
           text.substr(0, 512) == std::string(512, 'n')));
    if (text.size() < 1536) continue;
    seen.insert({text[0], text[600], text[1024]});
  }
  // The second sector is durable in part: its rest is zeros where the old content survived.
  CHECK(seen.size() == 8);
}

TEST_CASE("after a crash by chance any of the changed names may have survived") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Fixture fixture;
    fixture.open("old");
    fixture.sync_folder("");
    fixture.deliver();
    fixture.open("new");
    REQUIRE(fixture.disk.rename("new", "old"));
    fixture.open("other");
    Random random(seed);
    fixture.disk.crash(random);
    std::string names;
    const std::vector<FolderEntry> entries = fixture.disk.list("").value();
    for (const FolderEntry& entry : entries) names += entry.name + " ";
    seen.insert(names);
  }
  CHECK(seen == std::set<std::string>{"old ", "new old ", "old other ", "new old other "});
}

TEST_CASE_FIXTURE(Fixture, "a full disk takes what fits") {
  disk.set_capacity(10);
  const FileId file = open("a");
  write(file, 0, "12345678");
  const std::span<const std::byte> part = BytesView("abcdef").span();
  CHECK(disk.write(file, 6, {&part, 1}).error() == ErrorCode::disk_full);
  CHECK(content("a") == "123456abcd");
  CHECK(disk.space().value().free == 0);
  REQUIRE(disk.truncate(file, 4));
  CHECK(disk.space().value().free == 6);
  disk.close(file);
  REQUIRE(disk.remove("a"));
  CHECK(disk.space().value().free == 10);
}

TEST_CASE_FIXTURE(Fixture, "files longer than a chunk keep their content") {
  const FileId file = open("a");
  std::string expected;
  for (int at = 0; at < 40; ++at) {
    const std::string text(30011, static_cast<char>('a' + at % 26));
    write(file, expected.size(), text);
    expected += text;
  }
  CHECK(content("a") == expected);
  sync(file);
  sync_folder("");
  deliver();
  REQUIRE(disk.truncate(file, 300000));
  write(file, 300000, std::string(700000, 'z'));
  CHECK(content("a") == expected.substr(0, 300000) + std::string(700000, 'z'));
  disk.crash();
  CHECK(content("a") == expected);
}
