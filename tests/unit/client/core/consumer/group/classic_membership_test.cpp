#include "client/src/core/consumer/group/classic_membership.hpp"

#include "tests/unit/client/core/consumer/group/membership_fixture.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace barnabas;
using namespace barnabas::test;

namespace {

using Fixture = MembershipFixture;

}  // namespace

TEST_CASE("membership: nothing happens before the first poll; then join, id, join again, sync") {
  Fixture f;
  f.member.subscribe(f.now, {"t"});
  CHECK(f.take().empty());
  f.poll();
  CHECK(f.take() == Calls{"join "});
  f.refuse_join(ErrorCode::member_id_required, "m");
  CHECK(f.take() == Calls{"join m"});
  f.joined(1);
  CHECK(f.take() == Calls{"sync 1"});
  f.synced(p0);
  CHECK(f.take() == Calls{"assigned t[0]"});
  CHECK(f.member.state() == State::stable);
  CHECK(f.member.owned() == p0);
  f.pass(2999ms);
  CHECK(f.take().empty());
  f.pass(1ms);
  CHECK(f.take() == Calls{"heartbeat 1"});
  f.pass(4s);  // at most one under way
  CHECK(f.take().empty());
}

TEST_CASE("membership: the leader plans before it syncs") {
  Fixture f;
  f.member.subscribe(f.now, {"t"});
  f.poll();
  f.joined(1, true);
  CHECK(f.take() == Calls{"join ", "plan"});
  f.member.on_planned(f.now, {});
  CHECK(f.take() == Calls{"sync 1"});
  CHECK(!f.member.is_leader());
  f.synced({});
  CHECK(f.member.is_leader());
}

TEST_CASE("membership: a leader whose assignments stay looks out for changes (KIP-814)") {
  Fixture f;
  f.member.subscribe(f.now, {"t"});
  f.poll();
  f.joined_as_before(Assignor::range);
  CHECK(f.take() == Calls{"join ", "watch", "sync 1"});
  f.synced({});
  CHECK(f.member.is_leader());
}

TEST_CASE("membership: eager members give everything up before they rejoin, heartbeats go on") {
  Fixture f;
  f.settle(p01);
  f.pass(3s);
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  CHECK(f.take() == Calls{"heartbeat 1", "revoking t[0],t[1]"});
  f.pass(3s);
  CHECK(f.take() == Calls{"heartbeat 1"});
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  f.member.on_revoked(f.now);
  CHECK(f.take() == Calls{"join m"});
  CHECK(f.member.owned().empty());
  f.joined(2);
  f.synced(p0);
  CHECK(f.take() == Calls{"sync 2", "assigned t[0]"});
}

TEST_CASE("membership: cooperative members rejoin at once and give up only what moves") {
  Fixture f({Assignor::cooperative_sticky});
  f.settle(p01);
  f.pass(3s);
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  CHECK(f.take() == Calls{"heartbeat 1", "join m"});
  CHECK(f.member.owned() == p01);
  f.joined(2);
  f.synced(p0);
  CHECK(f.take() == Calls{"sync 2", "revoking t[1]", "assigned "});
  CHECK(f.member.owned() == p01);  // still its own until the application has come back
  f.member.on_revoked(f.now);
  CHECK(f.take() == Calls{"join m"});
  CHECK(f.member.owned() == p0);
}

TEST_CASE("membership: topics that are no longer wanted are given up first") {
  Fixture f({Assignor::cooperative_sticky});
  f.settle({{"t", 0}, {"u", 0}});
  f.member.subscribe(f.now, {"t", "v"});
  CHECK(f.take() == Calls{"revoking u[0]"});
  f.member.on_revoked(f.now);
  CHECK(f.take() == Calls{"join m"});
}

TEST_CASE("cat_G07 one join or sync at a time: a change meanwhile waits for the answer") {
  Fixture f;
  f.member.subscribe(f.now, {"t"});
  f.poll();
  CHECK(f.take() == Calls{"join "});
  f.member.subscribe(f.now, {"t", "u"});
  CHECK(f.take().empty());
  f.joined(1);
  CHECK(f.take() == Calls{"sync 1"});
  f.member.subscribe(f.now, {"t", "v"});
  CHECK(f.take().empty());
  f.synced(p0);
  CHECK(f.take() == Calls{"assigned t[0]", "revoking t[0]"});
  f.member.on_revoked(f.now);
  CHECK(f.take() == Calls{"join m"});
}

TEST_CASE("cat_G12 the session ends here too: lost, then joins again") {
  Fixture f;
  f.settle(p0);
  f.pass(3s);
  CHECK(f.take() == Calls{"heartbeat 1"});
  SUBCASE("when heartbeats are never answered") {
    f.pass(41999ms);
    CHECK(f.take().empty());
    f.pass(1ms);
    CHECK(f.take() == Calls{"lost t[0]"});
  }
  SUBCASE("when they fail one by one") {
    for (int i = 0; i < 1000 && f.member.state() == State::stable; ++i) {
      f.member.on_heartbeat(f.now, Error(ErrorCode::disconnected));
      f.pass(100ms);
    }
    CHECK(f.calls.back() == "lost t[0]");
    CHECK(f.now.monotonic < Instant(1000s) + 46s);
    f.take();
  }
  SUBCASE("counted from when the last answered heartbeat was sent") {
    f.pass(2s);
    f.member.on_heartbeat(f.now, Error());
    f.pass(1s);
    CHECK(f.take() == Calls{"heartbeat 1"});  // 3 s after the one before was sent
    f.pass(41999ms);
    CHECK(f.take().empty());
    f.pass(1ms);
    CHECK(f.take() == Calls{"lost t[0]"});
  }
  CHECK(f.member.state() == State::waiting);
  f.pass(200ms);
  CHECK(f.take() == Calls{"join m"});
}

TEST_CASE("cat_G12 also while a cooperative member waits to join again") {
  Fixture f({Assignor::cooperative_sticky});
  f.settle(p0);
  f.pass(3s);
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  for (int i = 0; i < 200 && !f.member.owned().empty(); ++i) {
    f.refuse_join(ErrorCode::disconnected);
    f.pass(1300ms);
  }
  CHECK(f.member.owned().empty());
  CHECK(f.now.monotonic < Instant(1000s) + 52s);
}

TEST_CASE("cat_G06 a commit that the group refused ends the membership it was sent as") {
  Fixture f;
  f.settle(p0);
  const MemberIdentity old = f.member.identity();
  f.member.on_commit_refused(f.now, old, Error(ErrorCode::unknown_member_id));
  CHECK(f.take() == Calls{"lost t[0]"});
  f.pass(200ms);
  CHECK(f.take() == Calls{"join "});
  f.refuse_join(ErrorCode::member_id_required, "n");
  f.joined(2, false, "n");
  f.synced(p0);
  f.take();
  // The late refusal of another commit of the old identity is history.
  f.member.on_commit_refused(f.now, old, Error(ErrorCode::unknown_member_id));
  CHECK(f.take().empty());
  CHECK(f.member.state() == State::stable);
}

TEST_CASE("cat_G02 a commit refused in the middle of a rebalance takes nothing away") {
  Fixture f({Assignor::cooperative_sticky});
  f.settle(p0);
  const MemberIdentity identity = f.member.identity();
  f.pass(3s);
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  f.take();
  f.member.on_commit_refused(f.now, identity, Error(ErrorCode::illegal_generation));
  CHECK(f.take().empty());
  CHECK(f.member.owned() == p0);
  CHECK(!f.member.committing_identity());
}

TEST_CASE(
    "membership: an application that stops polling leaves, and comes back with the next poll") {
  SUBCASE("dynamic") {
    Fixture f;
    f.settle(p0);
    while (f.member.state() == State::stable) {
      f.pass(3s);
      f.member.on_heartbeat(f.now, Error());
    }
    CHECK(f.now.monotonic == Instant(1300s));
    CHECK(f.calls.at(f.calls.size() - 2) == "leave m");
    CHECK(f.calls.back() == "lost t[0]");
    f.take();
    f.pass(1000s);
    CHECK(f.take().empty());
    f.poll();
    CHECK(f.take() == Calls{"join "});
  }
  SUBCASE("static members only fall silent") {
    Fixture f({Assignor::range}, true);
    f.settle(p0);
    while (f.member.state() == State::stable) {
      f.pass(3s);
      f.member.on_heartbeat(f.now, Error());
    }
    CHECK(f.calls.back() == "lost t[0]");
    CHECK(f.calls.at(f.calls.size() - 2) == "heartbeat 1");
    f.take();
    f.poll();
    CHECK(f.take() == Calls{"join m"});
  }
  SUBCASE("a poll that takes long is no absence") {
    Fixture f;
    f.settle(p0);
    f.member.poll_began(f.now);
    for (int i = 0; i < 200; ++i) {
      f.pass(3s);
      f.member.on_heartbeat(f.now, Error());
    }
    CHECK(f.member.state() == State::stable);
  }
}

TEST_CASE("cat_G16 a fenced instance is finished") {
  Fixture f({Assignor::range}, true);
  f.settle(p0);
  SUBCASE("by a heartbeat") {
    f.pass(3s);
    f.take();
    f.member.on_heartbeat(f.now, Error(ErrorCode::fenced_instance_id));
  }
  SUBCASE("by a commit") {
    f.member.on_commit_refused(f.now, f.member.identity(), Error(ErrorCode::fenced_instance_id));
  }
  CHECK(f.take() == Calls{"lost t[0]", "error FENCED_INSTANCE_ID fatal"});
  f.poll();
  f.pass(1000s);
  CHECK(f.take().empty());
}

TEST_CASE("cat_G16 a fenced instance is finished while it joins") {
  Fixture f({Assignor::range}, true);
  f.member.subscribe(f.now, {"t"});
  f.poll();
  f.take();
  f.refuse_join(ErrorCode::fenced_instance_id);
  CHECK(f.take() == Calls{"error FENCED_INSTANCE_ID fatal"});
}

TEST_CASE("cat_G08 coordinator errors are waited out, nothing is given up") {
  Fixture f({Assignor::cooperative_sticky});
  f.settle(p0);
  f.pass(3s);
  f.take();
  f.member.on_heartbeat(f.now, Error(ErrorCode::not_coordinator));
  f.pass(100ms);
  CHECK(f.take() == Calls{"heartbeat 1"});
  f.member.on_heartbeat(f.now, Error(ErrorCode::coordinator_load_in_progress));
  f.pass(100ms);
  CHECK(f.take() == Calls{"heartbeat 1"});
  f.member.on_heartbeat(f.now, Error());
  CHECK(f.member.owned() == p0);

  f.member.rejoin(f.now, "test");
  CHECK(f.take() == Calls{"join m"});
  f.refuse_join(ErrorCode::coordinator_not_available);
  f.pass(200ms);
  CHECK(f.take() == Calls{"join m"});
  f.joined(2);
  f.member.on_synced(f.now, {Error(ErrorCode::not_coordinator), {}});
  CHECK(f.take() == Calls{"sync 2"});
  f.pass(2s);
  CHECK(f.take() == Calls{"join m"});
  CHECK(f.member.owned() == p0);
}

TEST_CASE("membership: what waiting does not mend is reported, and tried again") {
  Fixture f;
  f.member.subscribe(f.now, {"t"});
  f.poll();
  f.take();
  f.refuse_join(ErrorCode::group_authorization_failed);
  CHECK(f.take() == Calls{"error GROUP_AUTHORIZATION_FAILED"});
  f.pass(200ms);
  CHECK(f.take() == Calls{"join "});
}

TEST_CASE("membership: leaving") {
  Fixture f;
  f.settle(p0);
  f.member.leave(f.now, "bye", true);
  CHECK(f.take() == Calls{"leave m"});
  CHECK(f.member.state() == State::idle);
  f.pass(1000s);
  CHECK(f.take().empty());
  // A new subscription starts from nothing.
  f.member.subscribe(f.now, {"t"});
  f.poll();
  CHECK(f.take() == Calls{"join "});
}

TEST_CASE("cat_G09 leaving works in every state and sends at most one request") {
  for (int stage = 0; stage < 7; ++stage) {
    CAPTURE(stage);
    Fixture f({Assignor::cooperative_sticky});
    f.member.subscribe(f.now, {"t"});
    if (stage >= 1) f.poll();
    if (stage >= 2) f.refuse_join(ErrorCode::member_id_required, "m");
    if (stage >= 3) f.joined(1, stage == 3);
    if (stage >= 4) f.synced(p01);
    if (stage >= 5) {
      f.member.rejoin(f.now, "test");
      f.joined(2);
      f.synced(p0);
    }
    if (stage >= 6) f.member.on_revoked(f.now);
    f.take();
    f.member.leave(f.now, "bye", true);
    CHECK(f.take() == (stage >= 2 ? Calls{"leave m"} : Calls{}));
    f.joined(3);
    f.synced(p0);
    f.member.on_heartbeat(f.now, Error(ErrorCode::unknown_member_id));
    f.member.on_revoked(f.now);
    f.pass(1000s);
    CHECK(f.take().empty());
    CHECK(f.member.state() == State::idle);
  }
}

TEST_CASE("membership: a broker that never accepts a member id is not asked without pause") {
  Fixture f;
  f.member.subscribe(f.now, {"t"});
  f.poll();
  for (int i = 0; i < 50; ++i) f.refuse_join(ErrorCode::member_id_required, "m");
  CHECK(f.take() == Calls{"join ", "join m", "error MEMBER_ID_REQUIRED"});
}
