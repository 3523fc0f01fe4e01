#include "broker/src/core/fault/fault_gate.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker {
namespace {

using namespace std::chrono_literals;

constexpr network::ConnectionId connection{1};
constexpr RequestToken token{connection, 0};

HeldRequest request(RequestToken name, std::vector<FaultId> held_by,
                    std::chrono::milliseconds delay = 0ms) {
  HeldRequest held{name, {}, {}};
  held.decision.held_by = std::move(held_by);
  held.decision.verdict.delay = delay;
  return held;
}

TEST_CASE("fault_gate: a delayed request goes on when its time has come") {
  FaultGate gate;
  Now now;
  gate.hold(now, request(token, {}, 10ms));
  CHECK(gate.next_deadline() == now.monotonic + 10ms);
  CHECK_FALSE(gate.take_released(now));
  now.monotonic += 10ms;
  const auto released = gate.take_released(now);
  REQUIRE(released);
  CHECK(released->token == token);
  CHECK_FALSE(gate.take_released(now));
}

TEST_CASE("fault_gate: a held request needs the release of every fault that holds it") {
  FaultGate gate;
  const Now now;
  gate.hold(now, request(token, {FaultId{1}, FaultId{2}}));
  gate.release(FaultId{1});
  CHECK_FALSE(gate.take_released(now));
  gate.release(FaultId{1});
  CHECK_FALSE(gate.take_released(now));
  gate.release(FaultId{2});
  CHECK(gate.take_released(now));
}

TEST_CASE("fault_gate: answers are delayed, damaged or dropped as expected") {
  FaultGate gate;
  Now now;
  Verdict late;
  late.delay_response = 5ms;
  gate.expect(token, late);
  CHECK_FALSE(gate.pass(now, token, Answer::nothing()));
  CHECK_FALSE(gate.take_due(now));
  now.monotonic += 5ms;
  const auto due = gate.take_due(now);
  REQUIRE(due);
  CHECK(due->first == token);

  Verdict drop;
  drop.reply = Verdict::Reply::drop;
  gate.expect(token, drop);
  CHECK_FALSE(gate.pass(now, token, Answer::nothing()));
  CHECK_FALSE(gate.next_deadline());
  CHECK(gate.pass(now, token, Answer::nothing()));
}

TEST_CASE("fault_gate: a closed connection leaves nothing behind") {
  FaultGate gate;
  Now now;
  Verdict late;
  late.delay_response = 5ms;
  gate.hold(now, request({connection, 1}, {}, 10ms));
  gate.hold(now, request({connection, 2}, {FaultId{1}}));
  gate.expect(token, late);
  CHECK_FALSE(gate.pass(now, token, Answer::nothing()));
  gate.hold(now, request({network::ConnectionId{2}, 0}, {}, 20ms));
  gate.connection_closed(connection);
  gate.release(FaultId{1});
  CHECK(gate.next_deadline() == now.monotonic + 20ms);
}

}  // namespace
}  // namespace barnabas::broker
