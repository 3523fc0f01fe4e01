#include "client/src/core/producer/pending_records.hpp"

#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

using Status = AppendStatus;
using Names = std::vector<std::string>;

namespace {

struct PendingWorld : TopicWorld {
  PendingWorld() { settings.buffer_memory = 64 * 1024; }

  std::optional<PendingRecords> made;
  PendingRecords& pending() {
    if (!made) made.emplace(accumulator().shared_ptr());
    return *made;
  }
  Status add(const RecordView& record, DeliveryReport& report) {
    (void)pending();
    return pending().add(AppendRequest{record, report, *clock});
  }
  Status add(const RecordView& record) {
    Future<Delivery> future;
    auto report = DeliveryReport::by_future(future);
    return add(record, report);
  }
  std::size_t used() { return shared().pool->used(); }
};

}  // namespace

TEST_CASE("pending records: a copy of everything, handed over in order") {
  PendingWorld world;
  std::string value = "value";
  const HeaderView headers[] = {{"h", BytesView("1")}, {"h", std::nullopt}};
  RecordView first{BytesView("key"), BytesView(value)};
  first.headers = headers;
  first.partition = 3;
  (void)world.pending();
  world.clock->at.wall = 5000;
  CHECK(world.add(first) == Status::accepted);
  RecordView second{std::nullopt, std::nullopt};
  second.timestamp = RecordTime(std::chrono::milliseconds(77));
  CHECK(world.add(second) == Status::accepted);
  value = "gone!";
  world.clock->at.wall = 9000;
  int seen = 0;
  const auto refused = world.pending().replay([&](const AppendRequest& request) -> Status {
    const RecordView& record = request.record;
    if (seen++ == 0) {
      CHECK(record.key->text() == "key");
      CHECK(record.value->text() == "value");
      REQUIRE(record.headers.size() == 2);
      CHECK(record.headers[0].value->text() == "1");
      CHECK(!record.headers[1].value);
      CHECK(record.partition == 3);
      CHECK(record.timestamp->time_since_epoch().count() == 5000);  // when it was sent
    } else {
      CHECK(!record.key);
      CHECK(!record.value);
      CHECK(record.timestamp->time_since_epoch().count() == 77);
    }
    return Status::accepted;
  });
  CHECK(seen == 2);
  CHECK(refused.empty());
  CHECK(world.pending().empty());
  CHECK(world.used() == 0);
}

TEST_CASE("pending records: their memory counts, all of it comes back") {
  PendingWorld world;
  int accepted = 0;
  const std::string value(1000, 'v');
  while (world.add(RecordView(BytesView(value))) == Status::accepted) ++accepted;
  CHECK(accepted > 20);
  CHECK(accepted < 64);
  CHECK(world.used() <= 64 * 1024);
  CHECK(world.pending().fail_all(Error(ErrorCode::cancelled)).size() ==
        static_cast<std::size_t>(accepted));
  CHECK(world.used() == 0);
  CHECK(world.pending().given_up() == static_cast<std::uint64_t>(accepted));
}

TEST_CASE("pending records: without memory the hand-over stops, and keeps the order") {
  PendingWorld world;
  for (const char* value : {"a", "b", "c", "d"})
    CHECK(world.add(RecordView(value)) == Status::accepted);
  const std::size_t before = world.used();
  Names seen;
  const auto append = [&](bool all) {
    return [&seen, all](const AppendRequest& request) -> Status {
      if (!all && seen.size() == 2) return Status::no_memory;
      if (request.record.value->text() == "b") {
        seen.emplace_back("(b)");
        return request.report.refuse({ErrorCode::unknown_topic_or_partition, "gone"});
      }
      seen.emplace_back(request.record.value->text());
      return Status::accepted;
    };
  };
  const auto refused = world.pending().replay(append(false));
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].error == ErrorCode::unknown_topic_or_partition);
  CHECK(world.pending().waiting() == 2);
  CHECK(world.used() == before / 2);
  CHECK(world.pending().replay(append(true)).empty());
  CHECK(seen == Names{"a", "(b)", "c", "d"});
}

TEST_CASE("pending records: what others took meanwhile is not counted twice") {
  PendingWorld world;
  while (world.add(RecordView("a")) == Status::accepted) {
  }
  ChunkPool& pool = *world.shared().pool;
  const auto taken = [&](const AppendRequest&) -> Status {
    while (pool.charge(1)) {
    }
    return Status::no_memory;
  };
  CHECK(world.pending().replay(taken).empty());
  CHECK(world.used() == pool.limit());
  pool.refund(pool.limit() - 1000);
  world.pending().replay([](const AppendRequest&) -> Status { return Status::accepted; });
  CHECK(world.pending().empty());
}

TEST_CASE("pending records: they expire after max.block.ms or delivery.timeout.ms, in order") {
  for (const bool block_is_shorter : {true, false}) {
    PendingWorld world;
    world.settings.max_block = block_is_shorter ? 5s : 50s;
    world.settings.delivery_timeout = block_is_shorter ? 50s : 5s;
    CHECK(!world.pending().next_deadline());
    const Instant start = world.clock->at.monotonic;
    CHECK(world.add(RecordView("a")) == Status::accepted);
    world.clock->at.monotonic += 1s;
    CHECK(world.add(RecordView("b")) == Status::accepted);
    CHECK(world.pending().next_deadline() == start + 5s);
    const Error reason(ErrorCode::unknown_topic_or_partition);
    CHECK(world.pending().expire(start + 4999ms, reason).empty());
    CHECK(world.pending().expire(start + 5s, reason).size() == 1);
    CHECK(world.pending().next_deadline() == start + 6s);
  }
}

TEST_CASE("pending records: flush waits until the sender was told") {
  PendingWorld world;
  const auto flush = std::make_shared<detail::ResultSource<void>>();
  std::vector<std::string> told;
  DeliveryCallback callback = [&](const Result<Delivery>& result) {
    told.push_back(result ? "ok" : "failed");
    CHECK(!flush->done());
  };
  Future<Delivery> future;
  auto by_callback = DeliveryReport::by_callback(callback);
  auto by_future = DeliveryReport::by_future(future);
  CHECK(world.add(RecordView("a"), by_callback) == Status::accepted);
  CHECK(world.add(RecordView("b"), by_future) == Status::accepted);
  world.shared().barrier.wait(flush);
  auto failed = world.pending().fail_all(Error(ErrorCode::cancelled, "reason"));
  REQUIRE(failed.size() == 2);
  CHECK(!flush->done());
  failed[1].tell(failed[1].error);
  CHECK(future.get().error().context() == "reason");
  failed[0].tell(failed[0].error);
  CHECK(told == Names{"failed"});
  CHECK(flush->done());
}
