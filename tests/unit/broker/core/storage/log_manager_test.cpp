#include "broker/src/core/storage/log_manager.hpp"

#include "broker/src/core/storage/file_names.hpp"
#include "tests/unit/broker/core/storage/storage_world.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

using namespace std::chrono_literals;
using namespace barnabas;
namespace file_name = barnabas::broker::storage::file_name;
using barnabas::broker::storage::LogManager;
using barnabas::broker::storage::OpenMode;
using barnabas::test::StorageWorld;

namespace {

using State = LogManager::State;

constexpr std::uint64_t plenty = std::uint64_t{1} << 40;

/// A broker that starts on a full disk: what it recovered needs a file that has no room.
struct FullAtStart : StorageWorld {
  FullAtStart() {
    open();
    create();
    append("a");
    kill();
    disk.set_capacity(disk.used());
    open();
    REQUIRE(manager->state() == State::running);
    REQUIRE_FALSE(append(barnabas::test::batch("b")));
  }
  bool takes_appends() { return append(barnabas::test::batch("b")).has_value(); }
};

}  // namespace

TEST_CASE_FIXTURE(FullAtStart, "log_manager: requests do not put off the next attempt to store") {
  const std::optional<Instant> due = manager->next_deadline();
  REQUIRE(due);
  CHECK(*due <= now.monotonic + 1s);
  disk.set_capacity(plenty);
  while (now.monotonic + 300ms < *due) {
    now.monotonic += 300ms;
    manager->next_producer_id(now, [](const Result<std::int64_t>&) {});
    CHECK(manager->next_deadline() == due);
  }
  now.monotonic = *due;
  manager->advance(now);
  settle();
  CHECK(takes_appends());
}

TEST_CASE_FIXTURE(FullAtStart, "log_manager: while there is no space it tries once a second") {
  int attempts = 0;
  // Beyond the time at which the cleaner looks for work.
  const Instant end = now.monotonic + config.cleaner_backoff + 5s;
  while (now.monotonic < end) {
    const std::optional<Instant> due = manager->next_deadline();
    REQUIRE(due);
    REQUIRE(*due > now.monotonic);
    now.monotonic = *due;
    manager->advance(now);
    settle();
    ++attempts;
  }
  CHECK(attempts <= 25);
  CHECK_FALSE(takes_appends());
  CHECK_FALSE(manager->takes_appends());
  disk.set_capacity(plenty);
  advance(1s);
  CHECK(manager->takes_appends());
  CHECK(takes_appends());
}

TEST_CASE_FIXTURE(StorageWorld,
                  "log_manager: an end on a full disk takes back no epoch that clients were told") {
  open();
  create();
  append("a");
  kill();
  open_only().value();  // a sync is under way, behind which space comes
  const std::int32_t told = log().leader_epoch();
  disk.set_capacity(disk.used());
  manager->close(now);
  disk.set_capacity(plenty);
  settle();
  CHECK(manager->state() == State::stopped);
  kill();
  open();
  CHECK(log().leader_epoch() > told);
  CHECK(log().log_end_offset() == 1);
}

TEST_CASE_FIXTURE(StorageWorld, "log_manager: a log ends where its clean end noted it") {
  open();
  create();
  append("a");
  append("b");
  close();
  // The offset of a batch is not among what its checksum covers.
  const std::string file = "t-0/00000000000000000000.log";
  const auto opened = disk.open(file, OpenMode::existing).value();
  const std::uint64_t last_batch = disk.size(opened).value() / 2;
  disk.close(opened);
  flip_bit(file, last_batch + 3, std::byte{0x10});
  open();
  CHECK(log().offline() == ErrorCode::kafka_storage_error);
  CHECK(log().offline().context().find("is damaged at byte") != std::string::npos);
}

TEST_CASE_FIXTURE(StorageWorld,
                  "log_manager: no producer is believed in for a batch that fails its checksum") {
  const std::string name = "t-0/0000000000000000000";
  open();
  create();
  append("a", {.producer_id = 7});
  close();
  REQUIRE(disk.remove(name + "1.snapshot"));
  constexpr std::uint64_t attributes = 22;
  const std::byte transactional{0x10};
  flip_bit(name + "0.log", attributes, transactional);
  open();
  CHECK(log().offline() == ErrorCode::kafka_storage_error);
  CHECK(log().offline().context().find("the batch at offset 0 does not match its checksum") !=
        std::string::npos);
  kill();
  flip_bit(name + "0.log", attributes, transactional);
  open();
  REQUIRE(log().offline().ok());
  append("b", {.producer_id = 7, .base_sequence = 1});
}

TEST_CASE_FIXTURE(StorageWorld,
                  "log_manager: a gap in a log that nobody registered is damage, but for Kafka's") {
  open();
  create();
  append("a");
  append("b");
  kill();
  disk.remove(file_name::topics).value();
  const auto file = disk.open("t-0/00000000000000000000.log", OpenMode::existing).value();
  const std::uint64_t last_batch = disk.size(file).value() / 2;
  const std::byte five{5};
  const std::span<const std::byte> part(&five, 1);
  REQUIRE(disk.write(file, last_batch + 7, {&part, 1}));
  disk.close(file);
  std::int64_t end = 1;
  SUBCASE("of a folder that was ours") {}
  SUBCASE("of a folder that is new to us") {
    disk.remove(file_name::meta).value();
    end = 6;
  }
  open();
  CHECK(log().log_end_offset() == end);
}

TEST_CASE_FIXTURE(StorageWorld,
                  "log_manager: gaps in Kafka's logs are accepted until the folder is ours") {
  SUBCASE("which syncs") {}
  SUBCASE("which never syncs") { config.fsync = barnabas::broker::storage::FsyncPolicy::never; }
  const auto make_gap = [&](std::uint64_t batch, std::byte offset) {
    const auto file = disk.open("t-0/00000000000000000000.log", OpenMode::existing).value();
    const std::uint64_t size = disk.size(file).value() / (batch + 1);
    const std::span<const std::byte> part(&offset, 1);
    REQUIRE(disk.write(file, batch * size + 7, {&part, 1}));
    disk.close(file);
  };
  open();
  create();
  append("a");
  append("b");
  kill();
  for (const std::string_view ours :
       {file_name::topics, file_name::meta, file_name::recovery_points}) {
    if (disk.exists(ours).value()) disk.remove(ours).value();
  }
  make_gap(1, std::byte{5});
  for (int completions = 0; completions < 30; ++completions) {
    open_only().value();
    CHECK(log().log_end_offset() == 6);
    for (int i = 0; i < completions && disk.has_completions(); ++i) disk.deliver(now, *manager);
    if (!disk.exists(file_name::meta).value())
      CHECK_FALSE(append(barnabas::test::batch("too early")));
    kill();
  }
  open();
  CHECK(log().log_end_offset() == 6);
  append("c");
  kill();
  make_gap(2, std::byte{9});
  open();
  CHECK(log().log_end_offset() == 6);
}

TEST_CASE_FIXTURE(
    StorageWorld,
    "log_manager: a log that was offline when the broker stopped comes back with a new epoch") {
  open();
  create();
  append("a");
  close();
  const std::string file = "t-0/00000000000000000000.log";
  const auto flip = [&] { flip_bit(file, 3, std::byte{1}); };
  open();
  const std::int32_t told = log().leader_epoch();
  close();
  flip();
  open();
  REQUIRE_FALSE(log().offline().ok());
  close();
  flip();
  open();
  REQUIRE(log().offline().ok());
  CHECK(log().leader_epoch() > told);
}

TEST_CASE_FIXTURE(StorageWorld,
                  "log_manager: a loss of power after a clean end takes no epoch back") {
  open();
  create();
  append("a");
  kill();
  open();
  const std::int32_t told = log().leader_epoch();
  CHECK(told > 0);
  close();
  cut_power();
  open();
  CHECK(log().leader_epoch() == told);
}

TEST_CASE_FIXTURE(StorageWorld, "log_manager: what a log could not write fails it at once") {
  open();
  create();
  disk.discard("t-0");
  static_cast<void>(log().start_leader_epoch(now, 7));
  const std::optional<Instant> due = manager->next_deadline();
  REQUIRE(due);
  CHECK(*due <= now.monotonic);
  manager->advance(now);
  CHECK(manager->state() == State::failed);
  CHECK(manager->failure() == ErrorCode::io_error);
}
