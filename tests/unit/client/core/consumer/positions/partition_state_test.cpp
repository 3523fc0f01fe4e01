#include "client/src/core/consumer/positions/partition_state.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::client;

using State = PartitionState::State;

TEST_CASE("partition state: a position with an epoch is validated before it is used") {
  PartitionState state({"t", 0}, 1);
  CHECK(state.state() == State::unset);
  CHECK(!state.has_position());
  state.announced = true;
  state.seek({5, -1}, 2);
  CHECK(state.state() == State::ready);
  CHECK(state.is_deliverable());
  state.seek({5, 3}, 3);
  CHECK(state.state() == State::validating);
  CHECK(!state.is_deliverable());
  CHECK(state.has_position());
  state.validated();
  CHECK(state.state() == State::ready);
}

TEST_CASE("partition state: every jump voids answers and pauses") {
  PartitionState state({"t", 0}, 1);
  const auto voids = [&](auto jump) {
    const std::uint64_t round = state.fetch_round();
    state.lookup_under_way = state.fetch_blocked = true;
    state.failures = 3;
    state.retry_at = Instant::max();
    jump();
    CHECK(!state.lookup_under_way);
    CHECK(!state.fetch_blocked);
    CHECK(state.failures == 0);
    CHECK(state.retry_at == Instant());
    return state.fetch_round() != round;
  };
  CHECK(voids([&] { state.seek({1, -1}, 2); }));
  CHECK(voids([&] { state.seek_to_timestamp(latest_timestamp, 3); }));
  CHECK(voids([&] { state.refetch(4); }));
  CHECK(voids([&] { state.halt(5); }));
  CHECK(state.generation() == 5);
}

TEST_CASE("partition state: a new leader voids fetches, not what was received") {
  PartitionState state({"t", 0}, 1);
  state.seek({5, -1}, 2);
  state.fetched({9, 1});
  const std::uint64_t round = state.fetch_round();
  state.validate();
  CHECK(state.generation() == 2);
  CHECK(state.fetch_round() != round);
  CHECK(state.fetch_position() == Position{9, 1});
}

TEST_CASE("partition state: each condition alone keeps records back") {
  PartitionState state({"t", 0}, 1);
  state.seek({5, -1}, 2);
  CHECK(!state.is_deliverable());
  state.announced = true;
  CHECK(state.is_deliverable());
  state.paused = true;
  CHECK(!state.is_deliverable());
  state.paused = false;
  state.revoking = true;
  CHECK(!state.is_deliverable());
}
