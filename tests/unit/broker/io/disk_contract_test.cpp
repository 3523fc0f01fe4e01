#include "broker/src/core/storage/disk.hpp"

#include "broker/src/io/memory_disk.hpp"
#include "broker/src/io/posix_disk.hpp"
#include "tests/unit/broker/io/temporary_folder.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

// What every disk promises, checked on each of them.

using namespace barnabas;
using namespace barnabas::broker::storage;
using barnabas::broker::io::MemoryDisk;
using barnabas::broker::io::PosixDisk;

namespace {

struct Completions : DiskEvents {
  std::map<SyncId, Result<void>> results;
  void on_synced(const Now&, SyncId id, Result<void> result) override {
    results.insert_or_assign(id, std::move(result));
  }
};

struct MemoryFixture {
  MemoryDisk memory;
  Disk& disk() { return memory; }
  void await(Completions& completions, std::size_t) { memory.deliver(Now(), completions); }
};

struct PosixFixture {
  test::TemporaryFolder folder;
  std::mutex mutex;
  std::condition_variable woken;
  std::unique_ptr<PosixDisk> posix = PosixDisk::open(
                                         folder.path() + "/data",
                                         [this] {
                                           const std::lock_guard lock(mutex);
                                           woken.notify_all();
                                         },
                                         4)
                                         .value();

  Disk& disk() { return *posix; }
  void await(Completions& completions, std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
      posix->deliver(Now(), completions);
      if (completions.results.size() >= count) return;
      std::unique_lock lock(mutex);
      if (woken.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() +
                                                        std::chrono::milliseconds(50))) ==
              std::cv_status::timeout &&
          std::chrono::steady_clock::now() > deadline) {
        return;
      }
    }
  }
};

void write(Disk& disk, FileId file, std::uint64_t position, std::string_view text) {
  const std::span<const std::byte> part = BytesView(text).span();
  REQUIRE(disk.write(file, position, {&part, 1}));
}

std::string read(Disk& disk, FileId file, std::uint64_t position, std::size_t count) {
  std::string text(count, '?');
  const auto got = disk.read(file, position, std::as_writable_bytes(std::span(text)));
  REQUIRE(got);
  return text.substr(0, *got);
}

}  // namespace

TEST_CASE_TEMPLATE("files are written, read and cut at any position", Fixture, MemoryFixture,
                   PosixFixture) {
  Fixture fixture;
  Disk& disk = fixture.disk();
  const FileId file = disk.open("a.log", OpenMode::create).value();
  const std::string first = "hello ";
  const std::string second = "world";
  const std::array parts{BytesView(first).span(), BytesView().span(), BytesView(second).span()};
  REQUIRE(disk.write(file, 0, parts));
  CHECK(read(disk, file, 0, 100) == "hello world");
  CHECK(read(disk, file, 6, 3) == "wor");
  CHECK(read(disk, file, 11, 3).empty());
  CHECK(read(disk, file, 1000, 3).empty());
  write(disk, file, 4, "OOO");
  CHECK(read(disk, file, 0, 100) == "hellOOOorld");
  write(disk, file, 13, "x");
  CHECK(read(disk, file, 9, 100) == std::string("ld\0\0x", 5));
  REQUIRE(disk.truncate(file, 5));
  CHECK(disk.size(file).value() == 5);
  REQUIRE(disk.truncate(file, 7));
  CHECK(read(disk, file, 0, 100) == std::string("hellO\0\0", 7));
  disk.close(file);
  CHECK(disk.read(file, 0, {}).error() == ErrorCode::io_error);

  CHECK(disk.open("b.log", OpenMode::existing).error() == ErrorCode::io_error);
  CHECK(disk.size(disk.open("a.log", OpenMode::create).value()).value() == 7);
  CHECK(disk.size(disk.open("a.log", OpenMode::create_truncated).value()).value() == 0);
}

TEST_CASE_TEMPLATE("a large write with many parts arrives whole", Fixture, MemoryFixture,
                   PosixFixture) {
  Fixture fixture;
  Disk& disk = fixture.disk();
  const FileId file = disk.open("a.log", OpenMode::create).value();
  std::vector<std::string> texts;
  std::vector<std::span<const std::byte>> parts;
  std::string expected;
  for (int at = 0; at < 300; ++at)
    texts.push_back(std::string(4000, static_cast<char>('a' + at % 26)));
  for (const std::string& text : texts) {
    parts.push_back(BytesView(text).span());
    expected += text;
  }
  REQUIRE(disk.write(file, 10, parts));
  CHECK(read(disk, file, 10, expected.size() + 5) == expected);
}

TEST_CASE_TEMPLATE("folders are made, listed and renamed", Fixture, MemoryFixture, PosixFixture) {
  Fixture fixture;
  Disk& disk = fixture.disk();
  REQUIRE(disk.make_folder("t-0"));
  REQUIRE(disk.make_folder("t-0"));
  CHECK(disk.make_folder("no/where").error() == ErrorCode::io_error);
  const FileId file = disk.open("t-0/b.log", OpenMode::create).value();
  write(disk, file, 0, "12345");
  disk.close(disk.open("t-0/a.log", OpenMode::create).value());
  disk.close(disk.open("c", OpenMode::create).value());
  CHECK(disk.list("t-0").value() ==
        std::vector<FolderEntry>{{"a.log", false, 0}, {"b.log", false, 5}});
  CHECK(disk.list("").value() == std::vector<FolderEntry>{{"c", false, 0}, {"t-0", true, 0}});
  CHECK(disk.list("missing").error() == ErrorCode::io_error);
  CHECK(disk.exists("t-0/b.log").value());
  CHECK(disk.exists("t-0").value());
  CHECK_FALSE(disk.exists("t-0/z.log").value());
  CHECK_FALSE(disk.exists("c/z.log").value());

  disk.close(file);
  REQUIRE(disk.rename("t-0/b.log", "t-0/a.log"));
  CHECK(disk.list("t-0").value() == std::vector<FolderEntry>{{"a.log", false, 5}});
  REQUIRE(disk.rename("t-0", "t-0.x-delete"));
  CHECK(disk.exists("t-0.x-delete/a.log").value());
  CHECK(disk.rename("t-0", "t-1").error() == ErrorCode::io_error);
  REQUIRE(disk.remove("t-0.x-delete/a.log"));
  REQUIRE(disk.remove("t-0.x-delete/a.log"));
  CHECK(disk.list("t-0.x-delete").value().empty());
}

TEST_CASE_TEMPLATE("syncs are reported once each, later", Fixture, MemoryFixture, PosixFixture) {
  Fixture fixture;
  Disk& disk = fixture.disk();
  REQUIRE(disk.make_folder("t-0"));
  const FileId file = disk.open("t-0/a.log", OpenMode::create).value();
  write(disk, file, 0, "12345");
  disk.sync(SyncId{1}, file);
  disk.sync(SyncId{2}, file);
  disk.sync_folder(SyncId{3}, "t-0");
  disk.sync_folder(SyncId{4}, "");
  disk.sync_folder(SyncId{5}, "missing");
  disk.sync(SyncId{6}, FileId{999});
  Completions completions;
  fixture.await(completions, 6);
  REQUIRE(completions.results.size() == 6);
  for (const std::uint64_t id : {1U, 2U, 3U, 4U}) CHECK(completions.results.at(SyncId{id}));
  CHECK(completions.results.at(SyncId{5}).error() == ErrorCode::io_error);
  CHECK(completions.results.at(SyncId{6}).error() == ErrorCode::io_error);
}

TEST_CASE_TEMPLATE("discarded folders disappear", Fixture, MemoryFixture, PosixFixture) {
  Fixture fixture;
  Disk& disk = fixture.disk();
  REQUIRE(disk.make_folder("t-0"));
  for (const char* name : {"t-0/a.log", "t-0/b.log", "c"}) {
    disk.close(disk.open(name, OpenMode::create).value());
  }
  disk.discard("t-0");
  disk.discard("c");
  disk.discard("missing");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Completions completions;
  for (std::uint64_t id = 1; !disk.list("").value().empty(); ++id) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    disk.sync_folder(SyncId{id}, "");
    fixture.await(completions, id);
  }
}

TEST_CASE_TEMPLATE("there is space", Fixture, MemoryFixture, PosixFixture) {
  Fixture fixture;
  const DiskSpace space = fixture.disk().space().value();
  CHECK(space.free > 0);
  CHECK(space.total >= space.free);
}
