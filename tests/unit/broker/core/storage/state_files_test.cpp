#include "broker/src/core/storage/state_files.hpp"

#include "broker/src/core/storage/small_file.hpp"
#include "broker/src/io/memory_disk.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

using namespace barnabas;
using namespace barnabas::broker::storage;
using barnabas::broker::io::MemoryDisk;

namespace {

struct Fixture : DiskEvents {
  MemoryDisk disk;
  SyncRouter syncs{disk};
  std::optional<StateFiles> files{std::in_place, disk, syncs};

  void on_synced(const Now& now, SyncId id, Result<void> result) override {
    syncs.on_synced(now, id, result);
  }
  bool deliver_once() {
    if (!disk.has_completions()) return false;
    disk.deliver(Now(), *this);
    return true;
  }
  void deliver() {
    while (deliver_once()) {
    }
  }
  std::string content(std::string_view name) {
    return read_small_file(disk, name).value().value_or("(none)");
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a change is durable when its ticket is done") {
  const StateFiles::Ticket first = files->replace("a", "one");
  CHECK_FALSE(files->done(first));
  CHECK(content("a") == "(none)");
  deliver();
  CHECK(files->done(first));
  CHECK(files->step() == StateFiles::Step::idle);
  const StateFiles::Ticket second = files->remove("a");
  deliver();
  CHECK(files->done(second));
  CHECK(content("a") == "(none)");
  disk.crash();
  CHECK(content("a") == "(none)");
}

TEST_CASE("a crash at any step leaves the old or the new content, and never an older order") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    for (int steps = 0; steps < 9; ++steps) {
      Fixture fixture;
      fixture.files->replace("a", "a1");
      fixture.files->replace("b", "b1");
      fixture.deliver();
      const StateFiles::Ticket a = fixture.files->replace("a", "a2");
      const StateFiles::Ticket b = fixture.files->replace("b", "b2");
      const StateFiles::Ticket removed = fixture.files->remove("a");
      for (int step = 0; step < steps; ++step) fixture.deliver_once();
      const bool a_done = fixture.files->done(a);
      const bool b_done = fixture.files->done(b);
      const bool removed_done = fixture.files->done(removed);
      fixture.files.reset();
      Random random(seed);
      fixture.disk.crash(random);
      const std::string content_a = fixture.content("a");
      const std::string content_b = fixture.content("b");
      CAPTURE(seed);
      CAPTURE(steps);
      CHECK((content_b == "b1" || content_b == "b2"));
      CHECK((content_a == "a1" || content_a == "a2" || content_a == "(none)"));
      if (a_done) CHECK(content_a != "a1");
      if (b_done) CHECK(content_b == "b2");
      if (removed_done) CHECK(content_a == "(none)");
      if (content_a == "(none)") CHECK(content_b == "b2");
      if (content_b == "b2") CHECK(content_a != "a1");
    }
  }
}

TEST_CASE_FIXTURE(Fixture, "changes that wait are replaced only when nothing lies between") {
  files->replace("a", "a1");
  files->replace("a", "a2");
  files->replace("a", "a3");
  files->replace("b", "b1");
  const StateFiles::Ticket last = files->replace("a", "a4");
  int completions = 0;
  while (deliver_once()) ++completions;
  // a1, a3, b1, a4: two syncs each.
  CHECK(completions == 8);
  CHECK(files->done(last));
  CHECK(content("a") == "a4");
}

TEST_CASE_FIXTURE(Fixture, "a full disk makes it wait") {
  files->replace("a", "old");
  deliver();
  disk.set_capacity(disk.used() + 2);
  const StateFiles::Ticket ticket = files->replace("a", "newer");
  deliver();
  CHECK(files->step() == StateFiles::Step::waiting);
  CHECK(content("a") == "old");
  files->retry();
  CHECK(files->step() == StateFiles::Step::waiting);
  disk.set_capacity(1000);
  files->retry();
  deliver();
  CHECK(files->done(ticket));
  CHECK(content("a") == "newer");
}

TEST_CASE_FIXTURE(Fixture, "a failed sync ends it") {
  struct Failing : DiskEvents {
    SyncRouter& syncs;
    explicit Failing(SyncRouter& router) : syncs(router) {}
    void on_synced(const Now& now, SyncId id, Result<void>) override {
      syncs.on_synced(now, id, Error(ErrorCode::io_error, "broken"));
    }
  } failing(syncs);
  const StateFiles::Ticket ticket = files->replace("a", "text");
  disk.deliver(Now(), failing);
  CHECK(files->step() == StateFiles::Step::failed);
  CHECK(files->failure() == ErrorCode::io_error);
  CHECK_FALSE(files->done(ticket));
  files->replace("b", "text");
  CHECK_FALSE(disk.has_completions());
}
