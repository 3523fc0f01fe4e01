#include "client/src/core/consumer/positions/assignment.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;

namespace {

using State = PartitionState::State;

const TopicPartition a{"a", 0};
const TopicPartition b{"b", 0};

struct World {
  World() {
    assignment.add({a, b});
    for (auto& [partition, state] : assignment.states()) {
      state.announced = true;
      assignment.seek(state, {10, -1});
    }
  }
  Assignment assignment;

  PartitionState& state(const TopicPartition& partition) { return *assignment.find(partition); }
  bool hand_out(const TopicPartition& partition, std::int64_t to, std::int32_t epoch = -1) {
    return assignment.hand_out(partition, state(partition).generation(), {to, epoch});
  }
  FetchedChunk chunk(const TopicPartition& partition, std::int64_t start) {
    FetchedChunk chunk;
    chunk.partition = partition;
    chunk.generation = state(partition).generation();
    chunk.start = start;
    return chunk;
  }
};

}  // namespace

TEST_CASE_FIXTURE(World,
                  "assignment: automatic commits cover what the application came back from") {
  CHECK(assignment.uncommitted() == Offsets{{a, 10}, {b, 10}});  // where it was sent
  CHECK(hand_out(a, 15, 3));
  CHECK(assignment.uncommitted() == Offsets{{a, 10}, {b, 10}});  // still at work
  CHECK(assignment.positions() == Offsets{{a, {15, 3}}, {b, 10}});
  assignment.came_back();
  CHECK(assignment.uncommitted() == Offsets{{a, {15, 3}}, {b, 10}});
  state(a).committed = 15;
  state(b).committed = 10;
  CHECK(assignment.uncommitted().empty());
  CHECK(hand_out(a, 20));
  assignment.forget_handed_out();  // an exception, say
  assignment.came_back();
  CHECK(assignment.uncommitted().empty());
}

TEST_CASE_FIXTURE(World, "assignment: a poll that hands out nothing does not forget the epoch") {
  CHECK(hand_out(a, 15, 3));
  CHECK(hand_out(a, 15));
  CHECK(assignment.positions() == Offsets{{a, {15, 3}}, {b, 10}});
}

TEST_CASE_FIXTURE(World, "assignment: a seek while records are being processed counts at once") {
  state(a).committed = 10;
  state(b).committed = 10;
  CHECK(hand_out(a, 15));
  assignment.seek(state(a), {3, -1});
  CHECK(assignment.uncommitted() == Offsets{{a, 3}});
  assignment.came_back();  // from records before the seek
  CHECK(assignment.uncommitted() == Offsets{{a, 3}});
}

TEST_CASE_FIXTURE(World, "assignment: a position that is looked up is not committed") {
  assignment.seek_to_timestamp(state(a), latest_timestamp);
  CHECK(assignment.uncommitted() == Offsets{{b, 10}});
  CHECK(assignment.positions() == Offsets{{b, 10}});
  CHECK(state(a).state() == State::resetting);
}

TEST_CASE_FIXTURE(World, "cat_G01 nothing of an earlier assignment is committed or handed out") {
  const std::uint64_t old = state(a).generation();
  CHECK(hand_out(a, 50));
  assignment.remove({a});
  assignment.add({a});
  assignment.came_back();
  CHECK(assignment.uncommitted() == Offsets{{b, 10}});
  CHECK(!assignment.hand_out(a, old, {60, -1}));
  CHECK(state(a).state() == State::unset);
}

TEST_CASE_FIXTURE(World, "assignment: what is being given up is not handed out any more") {
  assignment.set_revoking(state(a));
  CHECK(!hand_out(a, 11));
  CHECK(hand_out(b, 11));
}

TEST_CASE_FIXTURE(World, "assignment: jumps drop what is buffered, pauses keep it") {
  assignment.prefetched().add(state(a), chunk(a, 10));
  assignment.prefetched().add(state(b), chunk(b, 10));
  assignment.pause(state(a), true);
  CHECK(assignment.paused() == std::vector<TopicPartition>{a});
  REQUIRE(assignment.prefetched().next() != nullptr);
  CHECK(assignment.prefetched().next()->partition() == b);
  assignment.pause(state(a), false);
  CHECK(assignment.prefetched().next()->partition() == a);  // it came first
  assignment.seek(state(a), {99, -1});
  CHECK(state(a).buffer.empty());
  CHECK(assignment.prefetched().next()->partition() == b);
  assignment.remove({b});
  CHECK(assignment.prefetched().next() == nullptr);
}

TEST_CASE_FIXTURE(World, "assignment: whatever may make taken chunks stale is counted") {
  const auto counts = [this](auto act) {
    const std::uint64_t before = assignment.disturbances();
    act();
    return assignment.disturbances() != before;
  };
  CHECK(counts([&] { assignment.seek(state(a), {1, -1}); }));
  CHECK(counts([&] { assignment.pause(state(a), true); }));
  CHECK(!counts([&] { assignment.pause(state(a), true); }));
  CHECK(counts([&] { assignment.set_revoking(state(a)); }));
  CHECK(counts([&] { assignment.refetch(state(b)); }));
  CHECK(counts([&] { assignment.remove({a}); }));
  CHECK(!counts([&] { hand_out(b, 20); }));
}

TEST_CASE_FIXTURE(World, "assignment: errors are told once until they were read, by partition") {
  assignment.report(a, Error(ErrorCode::corrupt_message, "first"));
  assignment.report(a, Error(ErrorCode::corrupt_message, "again"));
  assignment.report(b, Error(ErrorCode::corrupt_message, "other"));
  CHECK(assignment.take_error()->context() == "a[0]: first");
  assignment.remove({b});
  CHECK(!assignment.has_error());
  assignment.report(a, Error(ErrorCode::corrupt_message, "later"));
  CHECK(assignment.has_error());
}

TEST_CASE_FIXTURE(World, "assignment: refetching keeps the application's position") {
  state(a).fetched({30, 2});
  CHECK(hand_out(a, 12, 1));
  assignment.refetch(state(a));
  CHECK(state(a).fetch_position() == Position{12, 1});
  CHECK(state(a).position() == Position{12, 1});
}
