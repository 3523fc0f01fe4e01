#include "client/src/core/consumer/positions/epoch_validation.hpp"

#include "protocol/messages/offset_for_leader_epoch.hpp"
#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <doctest/doctest.h>

#include <optional>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using State = PartitionState::State;
using Request = protocol::OffsetForLeaderEpochRequest;

struct ValidationWorld : ConsumerWorld {
  OffsetReset policy = OffsetReset::latest();
  Assignment assignment;
  std::optional<EpochValidation> made;

  /// Reads up to offset 100, of epoch 3, in a partition whose leader has epoch 3.
  void begin() {
    made.emplace(retry, policy, cluster, assignment, logger, 1);
    engine.run_part = [this](const Now& at) { made->run(at); };
    engine.take_metadata = [this](const Now&) { made->on_metadata(); };
    engine.deadline = [this] { return made->next_deadline(); };
    script.topic("t").partitions[0].epoch = 3;
    assignment.add({t0});
    state().announced = true;
    know();
    assignment.seek(state(), {100, 3});
    settle();
    answer(3, 100);
    REQUIRE(state().state() == State::ready);
  }
  PartitionState& state() { return *assignment.find(t0); }
  void move_leader() {
    script.move_leader("t", 0, 2);
    cluster.refresh_metadata(now());
    script.advance(1s);
  }
  void answer(std::int32_t epoch, std::int64_t end, ErrorCode error = ErrorCode::none) {
    const auto request = script.expect<Request>();
    CHECK(request->topics[0].partitions[0].leader_epoch == state().fetch_position().epoch);
    protocol::OffsetForLeaderEpochResponse response;
    auto& topic = response.topics.emplace_back();
    topic.topic = "t";
    auto& entry = topic.partitions.emplace_back();
    entry.leader_epoch = epoch;
    entry.end_offset = end;
    entry.error_code = error;
    script.answer(request, response);
  }
};

}  // namespace

TEST_CASE_FIXTURE(ValidationWorld, "epoch validation: a new leader is asked, and confirms") {
  begin();
  move_leader();
  CHECK(state().state() == State::validating);
  answer(3, 250);
  CHECK(state().state() == State::ready);
  CHECK(state().position() == Position{100, 3});
  move_leader();
  CHECK(state().state() == State::validating);
}

TEST_CASE("epoch validation: a truncated log is noticed, and the policy decides") {
  for (const OffsetReset& policy :
       {OffsetReset::latest(), OffsetReset::earliest(), OffsetReset::none()}) {
    ValidationWorld world;
    world.policy = policy;
    world.begin();
    world.move_leader();
    world.answer(3, 60);
    if (policy == OffsetReset::none()) {
      CHECK(world.state().state() == State::halted);
      const auto error = world.assignment.take_error();
      REQUIRE(error);
      CHECK(*error == ErrorCode::offset_out_of_range);
      CHECK(error->context().find("truncated to offset 60 below 100") != std::string::npos);
    } else {
      CHECK(world.state().state() == State::ready);
      CHECK(world.state().position() == Position{60, 3});
    }
  }
}

TEST_CASE_FIXTURE(ValidationWorld, "epoch validation: a log that was truncated may be so again") {
  begin();
  move_leader();
  answer(2, 60);
  CHECK(state().position() == Position{60, 2});
  move_leader();
  REQUIRE(state().state() == State::validating);
  answer(2, 50);
  CHECK(state().state() == State::ready);
  CHECK(state().position() == Position{50, 2});
}

TEST_CASE_FIXTURE(ValidationWorld, "epoch validation: only what was fetched ahead may be void") {
  begin();
  state().fetched({200, 3});
  FetchedChunk chunk;
  chunk.partition = t0;
  assignment.prefetched().add(state(), std::move(chunk));
  move_leader();
  answer(3, 150);
  CHECK(state().state() == State::ready);
  CHECK(state().position().offset == 100);
  CHECK(state().fetch_position().offset == 100);
  CHECK(state().buffer.empty());
}

TEST_CASE_FIXTURE(ValidationWorld, "cat_C22 a leader that does not know the epoch says nothing") {
  begin();
  move_leader();
  answer(-1, -1);
  CHECK(state().state() == State::ready);
  CHECK(state().position().offset == 100);
}

TEST_CASE_FIXTURE(ValidationWorld, "cat_C19 errors are asked about again, not too often") {
  begin();
  move_leader();
  const std::size_t before = script.arrived(ApiKey::OffsetForLeaderEpoch);
  for (int i = 0; i < 200; ++i) {
    if (script.take<Request>()) continue;  // never answered: the connection ends below
    script.advance(50ms);
  }
  script.disconnect(2);
  script.advance(5s);
  CHECK(script.arrived(ApiKey::OffsetForLeaderEpoch) - before < 20);
  CHECK(state().state() == State::validating);
  CHECK(state().position().offset == 100);
  CHECK(!assignment.has_error());
}

TEST_CASE_FIXTURE(ValidationWorld,
                  "epoch validation: a retriable refusal leaves the position alone") {
  begin();
  move_leader();
  answer(-1, -1, ErrorCode::fenced_leader_epoch);
  CHECK(state().state() == State::validating);
  script.advance(2s);
  answer(3, 100);
  CHECK(state().state() == State::ready);
  CHECK(state().position().offset == 100);
}

TEST_CASE_FIXTURE(ValidationWorld, "epoch validation: brokers that cannot tell are believed") {
  begin();
  move_leader();
  answer(-1, -1, ErrorCode::unsupported_version);
  CHECK(state().state() == State::ready);
}

TEST_CASE_FIXTURE(ValidationWorld, "cat_C20 an answer about a place that was left is void") {
  begin();
  move_leader();
  const auto request = script.expect<Request>();
  assignment.seek(state(), {5, -1});
  protocol::OffsetForLeaderEpochResponse response;
  auto& topic = response.topics.emplace_back();
  topic.topic = "t";
  topic.partitions.emplace_back().end_offset = 1;
  script.answer(request, response);
  CHECK(state().position() == Position{5, -1});
  CHECK(state().state() == State::ready);
}
