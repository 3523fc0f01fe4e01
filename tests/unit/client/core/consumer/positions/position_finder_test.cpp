#include "client/src/core/consumer/positions/position_finder.hpp"

#include "protocol/messages/list_offsets.hpp"
#include "protocol/messages/offset_fetch.hpp"
#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using State = PartitionState::State;
using protocol::ListOffsetsRequest;
using protocol::OffsetFetchRequest;

struct FinderWorld : ConsumerWorld {
  OffsetReset policy = OffsetReset::latest();
  bool with_group = true;
  Assignment assignment;
  OffsetLookup lookup{retry, IsolationLevel::read_uncommitted, cluster, interest, 1};
  CommittedOffsets committed{retry, "g", cluster, 2};
  std::optional<PositionFinder> made;

  void begin() {
    made.emplace(PositionFinder::Options{policy, 60s, retry}, assignment, lookup,
                 with_group ? &committed : nullptr, 3);
    engine.run_part = [this](const Now& at) {
      made->run(at);
      committed.run(at);
      lookup.run(at);
    };
    engine.take_metadata = [this](const Now&) { lookup.changed(); };
    engine.deadline = [this] {
      std::optional<Instant> next;
      for (const auto at :
           {made->next_deadline(), committed.next_deadline(), lookup.next_deadline()}) {
        if (at) next = std::min(next.value_or(*at), *at);
      }
      return next;
    };
    assignment.add({t0});
    state().announced = true;
    know();
    settle();
  }
  PartitionState& state() { return *assignment.find(t0); }
  void answer_committed(std::int64_t offset, std::int32_t epoch = -1,
                        ErrorCode error = ErrorCode::none) {
    const auto request = script.expect<OffsetFetchRequest>();
    protocol::OffsetFetchResponse response;
    auto& group = response.groups.emplace_back();
    group.group_id = "g";
    auto& topic = group.topics.emplace_back();
    topic.name = "t";
    auto& entry = topic.partitions.emplace_back();
    entry.partition_index = 0;
    entry.committed_offset = offset;
    entry.committed_leader_epoch = epoch;
    entry.error_code = error;
    script.answer(request, response);
  }
  /// Returns the timestamp that was asked for.
  Timestamp answer_listed(std::int64_t offset, ErrorCode error = ErrorCode::none) {
    const auto request = script.expect<ListOffsetsRequest>(1);
    protocol::ListOffsetsResponse response;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    auto& entry = topic.partitions.emplace_back();
    entry.partition_index = 0;
    entry.offset = offset;
    entry.error_code = error;
    const Timestamp asked = request->topics[0].partitions[0].timestamp;
    script.answer(request, response);
    return asked;
  }
};

}  // namespace

TEST_CASE_FIXTURE(FinderWorld, "position finder: the group's offset, with its epoch") {
  begin();
  CHECK(state().state() == State::committed);
  answer_committed(42, 3);
  CHECK(state().state() == State::validating);
  CHECK(state().position() == Position{42, 3});
  CHECK(state().committed == 42);
}

TEST_CASE_FIXTURE(FinderWorld, "position finder: without a committed offset the policy decides") {
  policy = OffsetReset::earliest();
  begin();
  answer_committed(-1);
  CHECK(answer_listed(7) == earliest_timestamp);
  CHECK(state().state() == State::ready);
  CHECK(state().position() == Position{7, -1});
  CHECK(!state().committed);
}

TEST_CASE_FIXTURE(FinderWorld, "position finder: without a group nobody is asked for its offset") {
  with_group = false;
  begin();
  CHECK(answer_listed(9) == latest_timestamp);
  CHECK(state().position().offset == 9);
}

TEST_CASE_FIXTURE(FinderWorld, "position finder: the policy none waits for a seek") {
  policy = OffsetReset::none();
  begin();
  answer_committed(-1);
  CHECK(state().state() == State::halted);
  CHECK(assignment.take_error().value() == ErrorCode::no_offset);
  settle();
  CHECK(!script.take<ListOffsetsRequest>());
}

TEST_CASE_FIXTURE(FinderWorld, "position finder: by age, and nothing is that young") {
  policy = OffsetReset::by_duration(1h);
  begin();
  answer_committed(-1);
  CHECK(answer_listed(-1) == now().wall - 3'600'000);
  CHECK(answer_listed(50) == latest_timestamp);
  CHECK(state().position().offset == 50);
}

TEST_CASE_FIXTURE(FinderWorld, "cat_C18 passing errors never move a position nor reset it") {
  begin();
  answer_committed(0, -1, ErrorCode::unstable_offset_commit);
  CHECK(state().state() == State::committed);
  CHECK(!assignment.has_error());
  script.advance(2s);
  const auto request = script.expect<OffsetFetchRequest>();
  script.disconnect(request.connection);
  CHECK(state().state() == State::committed);
  script.advance(2s);
  answer_committed(5);
  CHECK(state().position().offset == 5);
  CHECK(script.arrived(ApiKey::ListOffsets) == 0);
}

TEST_CASE_FIXTURE(FinderWorld, "position finder: lasting errors are told and tried again") {
  begin();
  answer_committed(0, -1, ErrorCode::group_authorization_failed);
  CHECK(assignment.take_error().value() == ErrorCode::group_authorization_failed);
  CHECK(state().state() == State::committed);
  script.advance(2s);
  answer_committed(5);
  CHECK(state().position().offset == 5);
}

TEST_CASE_FIXTURE(FinderWorld, "position finder: an answer to what was sought elsewhere is void") {
  begin();
  const auto request = script.expect<OffsetFetchRequest>();
  assignment.seek(state(), {100, -1});
  protocol::OffsetFetchResponse response;
  auto& group = response.groups.emplace_back();
  group.group_id = "g";
  auto& topic = group.topics.emplace_back();
  topic.name = "t";
  topic.partitions.emplace_back().committed_offset = 5;
  script.answer(request, response);
  CHECK(state().position().offset == 100);
}

TEST_CASE_FIXTURE(FinderWorld,
                  "position finder: not before the application knows, unless it asks") {
  begin();
  answer_committed(1);
  assignment.add({t1});
  settle();
  CHECK(!script.take<OffsetFetchRequest>());
  assignment.find(t1)->position_wanted = true;
  settle();
  CHECK(script.take<OffsetFetchRequest>());
}
