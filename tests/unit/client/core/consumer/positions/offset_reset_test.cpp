#include "client/src/core/consumer/positions/offset_reset.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace barnabas;
using namespace barnabas::client;
using namespace std::chrono_literals;

namespace {

const TopicPartition t0{"t", 0};

PartitionState& reset(Assignment& assignment, const OffsetReset& policy, Timestamp wall = 10'000) {
  assignment.add({t0});
  PartitionState& state = *assignment.find(t0);
  reset_offset({Instant(1h), wall}, assignment, state, policy, Error(ErrorCode::no_offset, "why"));
  return state;
}

}  // namespace

TEST_CASE("offset reset: earliest, latest and an age are looked up") {
  const std::pair<OffsetReset, Timestamp> policies[] = {
      {OffsetReset::earliest(), earliest_timestamp},
      {OffsetReset::latest(), latest_timestamp},
      {OffsetReset::by_duration(3s), 7000},
      {OffsetReset::by_duration(30s), 0},  // not before 1970, where numbers mean other things
  };
  for (const auto& [policy, timestamp] : policies) {
    Assignment assignment;
    const PartitionState& state = reset(assignment, policy);
    CHECK(state.state() == PartitionState::State::resetting);
    CHECK(state.timestamp() == timestamp);
    CHECK(!assignment.has_error());
  }
}

TEST_CASE("offset reset: none halts and says why") {
  Assignment assignment;
  PartitionState& state = reset(assignment, OffsetReset::none());
  CHECK(state.state() == PartitionState::State::halted);
  CHECK(assignment.take_error()->context() == "t[0]: why");
  assignment.seek(state, {4, -1});
  CHECK(state.state() == PartitionState::State::ready);
}
