#include "client/src/core/consumer/fetch/fetcher.hpp"

#include "protocol/messages/fetch.hpp"
#include "tests/support/batches.hpp"
#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using protocol::FetchRequest;
using protocol::FetchResponse;
using State = PartitionState::State;
using Fetch = Received<FetchRequest>;

/// Both partitions of "t" are led by node 1, unless a test says otherwise.
struct FetchWorld : ConsumerWorld {
  FetchWorld() {
    script.topic("t").partitions[1].leader = 1;
    fetch.min_bytes = 1;
    fetch.max_wait = 500ms;
    fetch.max_bytes = 100'000;
    fetch.max_partition_bytes = 10'000;
    fetch.prefetch_bytes = 50'000;
    fetch.retry_backoff = 100ms;
    fetch.retry_backoff_max = 1000ms;
    fetch.replica_max_age = 5min;
    fetch.longest_hold = {};
  }

  FetchOptions fetch;
  Assignment assignment;
  std::optional<Fetcher> fetcher;
  std::int32_t session_id = 0;

  void begin(const std::vector<TopicPartition>& partitions) {
    fetcher.emplace(fetch, cluster, assignment, logger, 1);
    engine.run_part = [this](const Now& at) { fetcher->run(at); };
    engine.take_metadata = [this](const Now&) { fetcher->changed(); };
    engine.deadline = [this] { return fetcher->next_deadline(); };
    know();
    assignment.add(partitions);
    for (auto& [partition, state] : assignment.states()) {
      state.announced = true;
      assignment.seek(state, {0, -1});
    }
    again();
    // Connected by now, which a real engine is told of.
    script.advance(10ms);
    again();
  }
  void again() {
    fetcher->changed();
    settle();
  }
  PartitionState& state(const TopicPartition& partition) { return *assignment.find(partition); }

  /// Offsets that a request asks for, by partition number.
  static std::map<std::int32_t, std::int64_t> asked(const Fetch& request) {
    std::map<std::int32_t, std::int64_t> all;
    for (const auto& topic : request->topics) {
      for (const auto& entry : topic.partitions) all[entry.partition] = entry.fetch_offset;
    }
    return all;
  }
  struct Part {
    std::vector<std::byte> data;
    ErrorCode error = ErrorCode::none;
    std::int32_t replica = -1;
    std::int32_t leader = -1;
    std::int32_t leader_epoch = -1;
  };
  void answer(const Fetch& request, const std::map<std::int32_t, Part>& parts,
              ErrorCode error = ErrorCode::none) {
    FetchResponse response;
    response.error_code = error;
    response.session_id = session_id;
    auto& topic = response.responses.emplace_back();
    topic.topic = "t";
    topic.topic_id = script.topic("t").id;
    for (const auto& [partition, part] : parts) {
      auto& entry = topic.partitions.emplace_back();
      entry.partition_index = partition;
      entry.error_code = part.error;
      entry.high_watermark = 1000;
      entry.last_stable_offset = 900;
      entry.log_start_offset = 0;
      entry.preferred_read_replica = part.replica;
      entry.current_leader.leader_id = part.leader;
      entry.current_leader.leader_epoch = part.leader_epoch;
      if (!part.data.empty()) entry.records.add(part.data);
    }
    script.answer(request, response);
    settle();
  }
  static std::vector<std::byte> batch(std::int64_t offset, std::int32_t records,
                                      std::size_t padding = 0) {
    std::vector<OwnedRecord> all = numbered_records(records);
    all.front().value = std::string(padding, 'x');
    return make_batch(all, {}, {}, offset);
  }
  /// What the application would be given, by start and end of each chunk.
  std::vector<std::pair<std::int64_t, std::int64_t>> take_all() {
    std::vector<std::pair<std::int64_t, std::int64_t>> all;
    while (assignment.prefetched().next() != nullptr) {
      const FetchedChunk chunk = assignment.prefetched().take();
      CHECK(assignment.hand_out(chunk.partition, chunk.generation, chunk.end));
      all.emplace_back(chunk.start, chunk.end.offset);
    }
    return all;
  }
  using Chunks = std::vector<std::pair<std::int64_t, std::int64_t>>;
};

}  // namespace

TEST_CASE_FIXTURE(FetchWorld, "fetcher: one request per broker, the next with the answer") {
  begin({t0, t1});
  const Fetch first = script.expect<FetchRequest>(1);
  CHECK(asked(first) == std::map<std::int32_t, std::int64_t>{{0, 0}, {1, 0}});
  CHECK(first->max_wait_ms == 500);
  CHECK(first->max_bytes == 20'000);
  again();
  CHECK(!script.take<FetchRequest>());
  answer(first, {{0, {batch(0, 3)}}, {1, {}}});
  CHECK(state(t0).high_watermark == 1000);
  CHECK(state(t0).last_stable_offset == 900);
  const Fetch second = script.expect<FetchRequest>(1);
  CHECK(asked(second) == std::map<std::int32_t, std::int64_t>{{0, 3}, {1, 0}});
  CHECK(take_all() == Chunks{{0, 3}});
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: a session says only what changed") {
  session_id = 77;
  begin({t0, t1});
  const Fetch first = script.expect<FetchRequest>(1);
  CHECK(first->session_epoch == 0);
  answer(first, {{0, {batch(0, 3)}}, {1, {}}});
  const Fetch second = script.expect<FetchRequest>(1);
  CHECK(second->session_id == 77);
  CHECK(second->session_epoch == 1);
  CHECK(asked(second) == std::map<std::int32_t, std::int64_t>{{0, 3}});
  assignment.pause(state(t1), true);
  answer(second, {{0, {batch(3, 1)}}});
  const Fetch third = script.expect<FetchRequest>(1);
  REQUIRE(third->forgotten_topics_data.size() == 1);
  CHECK(third->forgotten_topics_data[0].partitions == std::vector<std::int32_t>{1});
}

TEST_CASE_FIXTURE(FetchWorld, "cat_C24 fetcher: prefetching ends where the budget does") {
  begin({t0});
  std::int64_t offset = 0;
  int requests = 0;
  std::size_t most = 0;
  while (const std::optional<Fetch> request = script.take<FetchRequest>()) {
    ++requests;
    REQUIRE(requests < 20);
    CHECK(request->request.max_bytes <= 10'000);
    answer(*request, {{0, {batch(offset++, 1, 9'000)}}});
    most = std::max(most, assignment.prefetched().bytes());
  }
  CHECK(requests >= 4);
  CHECK(most <= fetch.prefetch_bytes);
  // The application takes one: there is room again.
  (void)assignment.prefetched().take();
  again();
  CHECK(script.take<FetchRequest>());
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: no more waits than it takes to keep the application busy") {
  fetch.max_bytes = 50 << 20;
  fetch.max_partition_bytes = 1 << 20;
  fetch.prefetch_bytes = std::size_t{64} << 20;
  begin({t0});
  std::int64_t offset = 0;
  const auto fill = [&] {
    while (const std::optional<Fetch> request = script.take<FetchRequest>()) {
      answer(*request, {{0, {batch(offset++, 1, 900'000)}}});
    }
    return assignment.prefetched().bytes();
  };
  const std::size_t near = fill();
  CHECK(near > PrefetchWindow::usual / 2);
  CHECK(near <= PrefetchWindow::usual);

  // Once the application has to wait for a broker that is far away, it is asked for more.
  (void)take_all();
  again();
  const Fetch request = script.expect<FetchRequest>(1);
  script.advance(20ms);
  answer(request, {{0, {batch(offset++, 1, 900'000)}}});
  const std::size_t far = fill();
  CHECK(far > PrefetchWindow::usual);
  CHECK(far <= 2 * PrefetchWindow::usual);

  // What is paused waits besides.
  assignment.pause(state(t0), true);
  assignment.add({t1});
  state(t1).announced = true;
  assignment.seek(state(t1), {0, -1});
  again();
  CHECK(script.expect<FetchRequest>(1)->max_bytes == 1 << 20);
  CHECK(assignment.prefetched().bytes() == far);
}

TEST_CASE_FIXTURE(FetchWorld,
                  "fetcher: a broker with much to fetch leaves the others their share") {
  script.topic("t").partitions.resize(3);
  script.topic("t").partitions[2].leader = 2;
  fetch.prefetch_bytes = 25'000;
  begin({t0, t1, {"t", 2}});
  const Fetch first = script.expect<FetchRequest>(1);
  CHECK(first->max_bytes == 12'500);
  CHECK(first->max_wait_ms == 500);
  CHECK(script.expect<FetchRequest>(2)->max_bytes == 10'000);
}

TEST_CASE_FIXTURE(FetchWorld,
                  "fetcher: brokers that have to take turns wait for each other shortly") {
  script.topic("t").partitions[1].leader = 2;
  fetch.prefetch_bytes = 15'000;
  begin({t0, t1});
  const Fetch first = script.expect<FetchRequest>(1);
  CHECK(first->max_wait_ms == 250);
  CHECK(!script.take<FetchRequest>());
  answer(first, {{0, {}}});
  CHECK(script.expect<FetchRequest>(2)->max_wait_ms == 250);
}

TEST_CASE_FIXTURE(FetchWorld, "cat_C06 a batch larger than all limits comes whole, and passes") {
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  answer(request, {{0, {batch(0, 1, 200'000)}}});
  CHECK(!script.take<FetchRequest>());  // far beyond the budget
  CHECK(take_all() == Chunks{{0, 1}});
  again();
  CHECK(asked(script.expect<FetchRequest>(1)) == std::map<std::int32_t, std::int64_t>{{0, 1}});
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: less than a batch is an error that says what to raise") {
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  std::vector<std::byte> cut = batch(0, 1, 5000);
  cut.resize(4000);
  answer(request, {{0, {cut}}});
  const auto error = assignment.take_error();
  REQUIRE(error);
  CHECK(*error == ErrorCode::message_too_large);
  CHECK(error->context().find("max.partition.fetch.bytes") != std::string::npos);
  CHECK(state(t0).position().offset == 0);
}

TEST_CASE_FIXTURE(FetchWorld, "cat_C05 a batch cut off behind whole ones is just fetched next") {
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  std::vector<std::byte> data = batch(0, 2);
  const std::vector<std::byte> second = batch(2, 2);
  data.insert(data.end(), second.begin(), second.begin() + 30);
  answer(request, {{0, {data}}});
  CHECK(!assignment.has_error());
  CHECK(asked(script.expect<FetchRequest>(1)) == std::map<std::int32_t, std::int64_t>{{0, 2}});
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: a pause keeps what was fetched, and fetches no more") {
  begin({t0, t1});
  const Fetch first = script.expect<FetchRequest>(1);
  answer(first, {{0, {batch(0, 3)}}, {1, {batch(0, 2)}}});
  assignment.pause(state(t0), true);
  const Fetch under_way = script.expect<FetchRequest>(1);
  answer(under_way, {{0, {batch(3, 3)}}, {1, {}}});  // was on its way already
  CHECK(take_all() == Chunks{{0, 2}});
  CHECK(!asked(script.expect<FetchRequest>(1)).contains(0));
  assignment.pause(state(t0), false);
  CHECK(take_all() == Chunks{{0, 3}, {3, 6}});  // nothing was thrown away
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: paused data gives way when nothing else has room") {
  fetch.prefetch_bytes = 12'000;
  begin({t0, t1});
  const Fetch first = script.expect<FetchRequest>(1);
  answer(first, {{0, {batch(0, 1, 11'000)}}, {1, {}}});
  CHECK(!script.take<FetchRequest>());
  assignment.pause(state(t0), true);
  again();
  const Fetch second = script.expect<FetchRequest>(1);
  CHECK(asked(second) == std::map<std::int32_t, std::int64_t>{{1, 0}});
  CHECK(state(t0).buffer.empty());
  CHECK(state(t0).fetch_position().offset == 0);  // fetched again later
}

TEST_CASE_FIXTURE(FetchWorld, "cat_C23 answers to a place that was left are dropped") {
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  assignment.seek(state(t0), {500, -1});
  answer(request, {{0, {batch(0, 3)}}});
  CHECK(take_all().empty());
  CHECK(state(t0).position().offset == 500);
  CHECK(asked(script.expect<FetchRequest>(1)) == std::map<std::int32_t, std::int64_t>{{0, 500}});
}

TEST_CASE_FIXTURE(FetchWorld,
                  "fetcher: of two brokers asked for the same the first answer counts") {
  begin({t0});
  const Fetch old_leader = script.expect<FetchRequest>(1);
  script.move_leader("t", 0, 2);
  cluster.refresh_metadata(now());
  script.advance(1s);
  again();
  script.advance(10ms);
  again();
  const Fetch new_leader = script.expect<FetchRequest>(2);
  CHECK(asked(new_leader) == std::map<std::int32_t, std::int64_t>{{0, 0}});
  answer(new_leader, {{0, {batch(0, 3)}}});
  answer(old_leader, {{0, {batch(0, 2)}}});
  CHECK(!assignment.has_error());
  CHECK(take_all() == Chunks{{0, 3}});
  CHECK(state(t0).fetch_position().offset == 3);
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: a broker that is no leader any more names the new one") {
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  Part moved{{}, ErrorCode::not_leader_or_follower};
  moved.leader = 2;
  moved.leader_epoch = 5;
  answer(request, {{0, moved}});
  CHECK(cluster.metadata().partition("t", 0)->leader == 2);
  CHECK(state(t0).position().offset == 0);
  CHECK(!assignment.has_error());
  script.advance(2s);
  again();
  const auto next = script.take<FetchRequest>();
  REQUIRE(next);
}

TEST_CASE("fetcher: an offset that does not exist") {
  for (const OffsetReset& policy : {OffsetReset::earliest(), OffsetReset::none()}) {
    FetchWorld world;
    world.fetch.reset = policy;
    world.begin({world.t0});
    const Fetch request = world.script.expect<FetchRequest>(1);
    world.answer(request, {{0, {{}, ErrorCode::offset_out_of_range}}});
    if (policy == OffsetReset::none()) {
      CHECK(world.state(world.t0).state() == State::halted);
      CHECK(world.assignment.take_error().value() == ErrorCode::offset_out_of_range);
    } else {
      CHECK(world.state(world.t0).state() == State::resetting);
      CHECK(world.state(world.t0).timestamp() == earliest_timestamp);
    }
  }
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: out of range behind good data waits until that is read") {
  begin({t0});
  const Fetch first = script.expect<FetchRequest>(1);
  answer(first, {{0, {batch(0, 3)}}});
  const Fetch second = script.expect<FetchRequest>(1);
  answer(second, {{0, {{}, ErrorCode::offset_out_of_range}}});
  CHECK(state(t0).state() == State::ready);
  CHECK(!script.take<FetchRequest>());
  CHECK(take_all() == Chunks{{0, 3}});
  again();
  const Fetch third = script.expect<FetchRequest>(1);
  answer(third, {{0, {{}, ErrorCode::offset_out_of_range}}});
  CHECK(state(t0).state() == State::resetting);
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: a replica that the leader prefers (KIP-392)") {
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  Part redirected;
  redirected.replica = 2;
  answer(request, {{0, redirected}});
  script.advance(10ms);
  again();
  const Fetch there = script.expect<FetchRequest>(2);
  answer(there, {{0, {{}, ErrorCode::offset_out_of_range}}});
  // A replica may be behind: the leader has the say.
  CHECK(state(t0).state() == State::ready);
  again();
  CHECK(script.expect<FetchRequest>(1).node == 1);
}

TEST_CASE_FIXTURE(FetchWorld, "cat_C25 a session that the broker has lost is begun anew") {
  session_id = 77;
  begin({t0, t1});
  answer(script.expect<FetchRequest>(1), {{0, {}}, {1, {}}});
  const Fetch second = script.expect<FetchRequest>(1);
  session_id = 0;
  answer(second, {}, ErrorCode::fetch_session_id_not_found);
  const Fetch third = script.expect<FetchRequest>(1);
  CHECK(third->session_id == 0);
  CHECK(third->session_epoch == 0);
  CHECK(asked(third).size() == 2);
  CHECK(!assignment.has_error());
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: a connection that is lost moves nothing") {
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  script.disconnect(request.connection);
  CHECK(state(t0).position().offset == 0);
  CHECK(!assignment.has_error());
  script.advance(3s);
  again();
  script.advance(10ms);
  again();
  CHECK(asked(script.expect<FetchRequest>(1)) == std::map<std::int32_t, std::int64_t>{{0, 0}});
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: a refusal that lasts is told, and paused for") {
  begin({t0, t1});
  const Fetch request = script.expect<FetchRequest>(1);
  answer(request, {{0, {{}, ErrorCode::topic_authorization_failed}}, {1, {batch(0, 1)}}});
  const auto error = assignment.take_error();
  REQUIRE(error);
  CHECK(*error == ErrorCode::topic_authorization_failed);
  CHECK(error->context().starts_with("t[0]"));
  CHECK(asked(script.expect<FetchRequest>(1)) == std::map<std::int32_t, std::int64_t>{{1, 1}});
}

TEST_CASE_FIXTURE(FetchWorld, "fetcher: partitions take turns at the front") {
  begin({t0, t1});
  std::set<std::int32_t> first;
  for (int i = 0; i < 4; ++i) {
    const Fetch request = script.expect<FetchRequest>(1);
    first.insert(request->topics[0].partitions[0].partition);
    answer(request, {{0, {}}, {1, {}}});
  }
  CHECK(first == std::set<std::int32_t>{0, 1});
}

namespace {

/// Answers of 9,000 bytes are large here, and 1,000 bytes are not.
struct HoldingWorld : FetchWorld {
  HoldingWorld() { fetch.longest_hold = 20ms; }

  std::int64_t offset = 0;

  bool holds() {
    const auto& all = script.network().connections;
    return std::any_of(all.begin(), all.end(), [](const auto& entry) {
      return entry.second.paused && !entry.second.closed;
    });
  }
  void answer_with(const Fetch& request, std::size_t bytes) {
    answer(request, {{0, {batch(offset++, 1, bytes)}}});
  }
  /// The application comes, takes what there is, and comes back.
  void read_all() {
    (void)take_all();
    fetcher->let_go_all(now());
    again();
  }
};

}  // namespace

TEST_CASE_FIXTURE(HoldingWorld, "fetcher: a large answer waits in the system for the application") {
  begin({t0});
  answer_with(script.expect<FetchRequest>(1), 9'000);
  CHECK(holds());
  const Fetch next = script.expect<FetchRequest>(1);  // it is asked for nevertheless
  read_all();
  CHECK_FALSE(holds());
  answer_with(next, 9'000);
  CHECK(holds());
  CHECK(take_all() == Chunks{{1, 2}});
}

TEST_CASE_FIXTURE(HoldingWorld, "fetcher: a small answer is read at once") {
  begin({t0});
  answer_with(script.expect<FetchRequest>(1), 1'000);
  CHECK_FALSE(holds());
}

TEST_CASE_FIXTURE(HoldingWorld, "fetcher: nothing is held from an application that has nothing") {
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  assignment.pause(state(t0), true);
  answer_with(request, 9'000);
  CHECK_FALSE(holds());
}

TEST_CASE_FIXTURE(HoldingWorld, "fetcher: what is held from one that does not come back is read") {
  begin({t0});
  answer_with(script.expect<FetchRequest>(1), 9'000);
  const Fetch second = script.expect<FetchRequest>(1);
  script.advance(19ms);
  CHECK(holds());
  script.advance(1ms);
  CHECK_FALSE(holds());
  script.advance(10ms);
  answer_with(second, 9'000);
  CHECK(holds());
  script.advance(20ms);
  CHECK_FALSE(holds());
  script.advance(100ms);
  CHECK_FALSE(fetcher->next_deadline());
}

TEST_CASE_FIXTURE(HoldingWorld, "fetcher: each answer is held for its own time") {
  begin({t0});
  answer_with(script.expect<FetchRequest>(1), 9'000);
  script.advance(10ms);
  read_all();
  answer_with(script.expect<FetchRequest>(1), 9'000);
  CHECK(holds());
  script.advance(10ms);  // the first look, which was planned for the answer before
  CHECK(holds());
  script.advance(20ms);
  CHECK_FALSE(holds());
}

TEST_CASE_FIXTURE(HoldingWorld, "fetcher: answers from afar are fetched in advance") {
  fetch.max_partition_bytes = 1 << 20;
  fetch.max_bytes = 50 << 20;
  fetch.prefetch_bytes = std::size_t{64} << 20;
  begin({t0});
  const Fetch request = script.expect<FetchRequest>(1);
  script.advance(20ms);
  answer_with(request, 900'000);
  CHECK_FALSE(holds());
}

TEST_CASE_FIXTURE(HoldingWorld, "fetcher: a broker is not far because its answer was held") {
  fetch.max_partition_bytes = 1 << 20;
  fetch.max_bytes = 50 << 20;
  fetch.prefetch_bytes = std::size_t{64} << 20;
  begin({t0});
  answer_with(script.expect<FetchRequest>(1), 900'000);
  const Fetch next = script.expect<FetchRequest>(1);
  script.advance(15ms);
  read_all();
  answer_with(next, 900'000);
  CHECK(holds());
}

TEST_CASE_FIXTURE(HoldingWorld, "fetcher: a new connection is read") {
  begin({t0});
  answer_with(script.expect<FetchRequest>(1), 9'000);
  CHECK(holds());
  script.disconnect(1);
  script.advance(1s);
  again();
  CHECK_FALSE(holds());
  answer_with(script.expect<FetchRequest>(1), 1'000);
  CHECK(take_all().size() == 2);
}
