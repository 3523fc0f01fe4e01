#include "broker/src/io/posix_disk.hpp"

#include "tests/unit/broker/io/temporary_folder.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::broker::storage;
using barnabas::broker::io::PosixDisk;
using barnabas::test::TemporaryFolder;

namespace {

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

std::unique_ptr<PosixDisk> open_disk(const std::string& path, std::size_t descriptors = 0) {
  return PosixDisk::open(
             path, [] {}, descriptors)
      .value();
}

}  // namespace

TEST_CASE("a data folder that cannot be made is an error with its name") {
  const TemporaryFolder folder;
  const auto disk = PosixDisk::open(folder.path() + "/missing/data", [] {});
  REQUIRE_FALSE(disk);
  CHECK(disk.error() == ErrorCode::io_error);
  CHECK(disk.error().context().find("missing/data") != std::string::npos);
}

TEST_CASE("more files than descriptors stay usable") {
  const TemporaryFolder folder;
  auto disk = open_disk(folder.path(), 8);
  const std::size_t before = open_descriptors();
  std::vector<FileId> files;
  for (int at = 0; at < 100; ++at) {
    files.push_back(disk->open(std::to_string(at), OpenMode::create).value());
    const std::string text = std::to_string(at);
    const std::span<const std::byte> part = BytesView(text).span();
    REQUIRE(disk->write(files.back(), 0, {&part, 1}));
  }
  CHECK(open_descriptors() <= before + 8);
  for (int at = 0; at < 100; ++at) {
    std::string text(3, ' ');
    const auto count =
        disk->read(files[static_cast<std::size_t>(at)], 0, std::as_writable_bytes(std::span(text)));
    REQUIRE(count);
    CHECK(text.substr(0, *count) == std::to_string(at));
  }
  CHECK(open_descriptors() <= before + 8);
  for (const FileId file : files) disk->close(file);
  CHECK(open_descriptors() <= before);
}

TEST_CASE("a folder is used by one disk at a time") {
  const TemporaryFolder folder;
  auto first = open_disk(folder.path());
  auto second = open_disk(folder.path());
  REQUIRE(first->lock(".lock"));
  CHECK(second->lock(".lock").error() == ErrorCode::data_in_use);
  first.reset();
  CHECK(second->lock(".lock"));
}

TEST_CASE("content outlives the disk object") {
  const TemporaryFolder folder;
  const std::string text = "kept";
  {
    auto disk = open_disk(folder.path());
    const FileId file = disk->open("a", OpenMode::create).value();
    const std::span<const std::byte> part = BytesView(text).span();
    REQUIRE(disk->write(file, 0, {&part, 1}));
  }
  auto disk = open_disk(folder.path());
  CHECK(disk->size(disk->open("a", OpenMode::existing).value()).value() == text.size());
}

TEST_CASE("a device without space says disk_full") {
  if (!std::filesystem::exists("/dev/full")) return;
  const TemporaryFolder folder;
  std::filesystem::create_symlink("/dev/full", folder.path() + "/full");
  auto disk = open_disk(folder.path());
  const FileId file = disk->open("full", OpenMode::existing).value();
  const std::span<const std::byte> part = BytesView("x").span();
  CHECK(disk->write(file, 0, {&part, 1}).error() == ErrorCode::disk_full);
}
