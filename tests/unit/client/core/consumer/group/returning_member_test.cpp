// Members that come back, and leaders that wait for them.
#include "client/src/core/consumer/group/classic_membership.hpp"
#include "client/src/core/consumer/group/consumer_protocol.hpp"

#include "tests/unit/client/core/consumer/group/membership_fixture.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace barnabas;
using namespace barnabas::test;

namespace {

using Fixture = MembershipFixture;

}  // namespace

TEST_CASE(
    "membership: who is put back into the generation it gave partitions up in joins once more") {
  Fixture f({Assignor::cooperative_sticky}, true);
  f.settle(p01);
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  f.joined(2);
  f.synced(p0);
  f.member.on_revoked(f.now);
  f.refuse_join(ErrorCode::unknown_member_id);
  f.pass(2s);
  CHECK(f.take() ==
        Calls{"join m", "sync 2", "revoking t[1]", "assigned ", "join m", "lost t[0]", "join "});
  f.joined(2, false, "m2");
  f.synced(p0);
  CHECK(f.take() == Calls{"sync 2", "assigned t[0]", "join m2"});
  SUBCASE("but only once, should the group still not rebalance") {
    f.joined(2, false, "m2");
    f.synced(p0);
    CHECK(f.take() == Calls{"sync 2", "assigned "});
  }
  SUBCASE("until the group has rebalanced") {
    f.joined(3, false, "m2");
    f.synced(p01);
    CHECK(f.take() == Calls{"sync 3", "assigned t[1]"});
    f.member.on_heartbeat(f.now, Error(ErrorCode::unknown_member_id));
    f.pass(2s);
    f.joined(3, false, "m3");
    f.synced(p01);
    CHECK(f.take() == Calls{"lost t[0],t[1]", "join ", "sync 3", "assigned t[0],t[1]"});
  }
}

TEST_CASE("membership: and so does who left before it had given them up") {
  Fixture f({Assignor::cooperative_sticky}, true);
  f.settle(p01);
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  f.joined(2);
  SUBCASE("while it did so") { f.synced(p0); }
  SUBCASE("while it did not know yet") {}
  f.member.leave(f.now, "", false);
  f.member.subscribe(f.now, {"t"});
  f.take();
  f.poll();
  f.joined(2, false, "m2");
  f.synced(p0);
  CHECK(f.take() == Calls{"join ", "sync 2", "assigned t[0]", "join m2"});
}

TEST_CASE("membership: a generation that believed what a static member claimed before") {
  Fixture f({Assignor::cooperative_sticky}, true);
  f.settle(p01);
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  f.joined(2);
  SUBCASE("in the last join that was answered") { f.synced(p01); }
  SUBCASE("and that the next join was to correct, which the group never took") {
    f.synced(p0);
    f.member.on_revoked(f.now);
  }
  f.member.leave(f.now, "", false);
  f.member.subscribe(f.now, {"t"});
  f.take();
  f.poll();
  f.joined(3, false, "m2");
  SUBCASE("and waits for a part of it to be given up") {
    f.synced(p0);
    CHECK(f.take() == Calls{"join ", "sync 3", "assigned t[0]", "join m2"});
  }
  SUBCASE("also when the assignment comes only after another join") {
    f.member.on_synced(f.now, {Error(ErrorCode::coordinator_load_in_progress), {}});
    f.pass(2s);
    f.joined(3, false, "m2");
    f.synced(p0);
    CHECK(f.take() == Calls{"join ", "sync 3", "join m2", "sync 3", "assigned t[0]", "join m2"});
  }
  SUBCASE("and gives all of it back") {
    f.synced(p01);
    CHECK(f.take() == Calls{"join ", "sync 3", "assigned t[0],t[1]"});
  }
  SUBCASE("not when this member has decided it itself") {
    f.member.leave(f.now, "", false);
    f.member.subscribe(f.now, {"t"});
    f.poll();
    f.take();
    f.joined(4, true, "m3");
    f.member.on_planned(f.now, {});
    f.synced(p0);
    CHECK(f.take() == Calls{"plan", "sync 4", "assigned t[0]"});
  }
}

TEST_CASE("membership: a leader waits for the rebalance that its assignments need, not for ever") {
  Fixture f({Assignor::cooperative_sticky}, true);
  const auto live = [&f](Duration duration) {
    for (const Instant end = f.now.monotonic + duration; f.now.monotonic < end;) {
      f.poll();
      f.pass(3s);
      f.member.on_heartbeat(f.now, Error());
    }
    Calls calls = f.take();
    std::erase_if(calls, [](const std::string& call) { return call.starts_with("heartbeat"); });
    return calls;
  };
  f.member.subscribe(f.now, {"t"});
  f.poll();
  SUBCASE("partitions were left out") {
    f.joined(1, true);
    f.member.on_planned(f.now, {{}, true});
    f.synced(p0);
    f.take();
    CHECK(live(290s).empty());
    SUBCASE("and nothing happens") {
      CHECK(live(20s) == Calls{"join m"});
      f.joined(2, true);
      f.member.on_planned(f.now, {{}, false});
      f.synced(p0);
      CHECK(live(700s) == Calls{"plan", "sync 2", "assigned "});
    }
    SUBCASE("and the group rebalances") {
      f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
      f.joined(2, true);
      f.member.on_planned(f.now, {{}, false});
      f.synced(p0);
      f.take();
      CHECK(live(700s).empty());
    }
    SUBCASE("and the member leaves the group") {
      f.member.leave(f.now, "", false);
      f.member.subscribe(f.now, {"t"});
      f.poll();
      f.joined(2, false, "m2");
      f.synced(p0);
      f.take();
      CHECK(live(700s).empty());
    }
  }
  SUBCASE("none were left out") {
    f.joined(1, true);
    f.member.on_planned(f.now, {{}, false});
    f.synced(p0);
    f.take();
    CHECK(live(700s).empty());
  }
  SUBCASE("its earlier process may have left some out") {
    f.joined_as_before(Assignor::cooperative_sticky);
    f.synced(p0);
    f.take();
    CHECK(live(290s).empty());
    CHECK(live(20s) == Calls{"join m"});
  }
}

TEST_CASE("membership: a static member that a generation went without has lost what it owned") {
  Fixture f({Assignor::cooperative_sticky}, true);
  f.settle(p01);
  f.member.on_heartbeat(f.now, Error(ErrorCode::rebalance_in_progress));
  CHECK(f.take() == Calls{"join m"});
  SUBCASE("also what it is given again: another may have read on there") {
    f.joined(3);
    CHECK(f.take() == Calls{"lost t[0],t[1]", "sync 3"});
    f.synced(p0);
    CHECK(f.take() == Calls{"assigned t[0]", "join m"});  // for t[1], which nobody owns now
    CHECK(f.member.owned() == p0);
    f.joined(4);
    f.synced(p01);
    CHECK(f.take() == Calls{"sync 4", "assigned t[1]"});
  }
  SUBCASE("and does not claim it again when its assignment does not come") {
    f.joined(3);
    f.member.on_synced(f.now, {Error(ErrorCode::rebalance_in_progress), {}});
    f.joined(4);
    f.synced(p0);
    CHECK(f.take() == Calls{"lost t[0],t[1]", "sync 3", "join m", "sync 4", "assigned t[0]"});
  }
  SUBCASE("not when it took part in that generation and only did not get its assignment") {
    f.joined(2);
    f.member.on_synced(f.now, {Error(ErrorCode::rebalance_in_progress), {}});
    f.joined(3);
    f.synced(p0);
    CHECK(f.take() == Calls{"sync 2", "join m", "sync 3", "revoking t[1]", "assigned "});
  }
}

TEST_CASE("membership: a leader that came back joins again when what it found misses partitions") {
  Fixture f({Assignor::range}, true);
  f.member.subscribe(f.now, {"t"});
  f.poll();
  f.joined_as_before(Assignor::range);
  CHECK(f.take() == Calls{"join ", "watch", "sync 1"});
  const auto would_assign = [&](const std::map<std::string, Partitions>& shares) {
    PlannedAssignments planned;
    for (const auto& [member, share] : shares) planned.by_member[member] = encode_assignment(share);
    f.member.on_watched(f.now, std::move(planned));
  };
  SUBCASE("being alone, any") {
    would_assign({{"m", p01}});
    CHECK(f.take().empty());  // it has not learned yet what it has
    f.synced(p0);
    CHECK(f.take() == Calls{"assigned t[0]", "revoking t[0]"});
    f.member.on_revoked(f.now);
    CHECK(f.take() == Calls{"join m"});
    f.joined(2, true);
    f.member.on_planned(f.now, {});
    f.synced(p01);
    CHECK(f.take() == Calls{"plan", "sync 2", "assigned t[0],t[1]"});
  }
  SUBCASE("also when it learns of the topics later") {
    f.synced({});
    CHECK(f.take() == Calls{"assigned "});
    would_assign({{"m", p01}});
    CHECK(f.take() == Calls{"join m"});
  }
  SUBCASE("having nothing where there is enough for everybody") {
    f.synced({});
    would_assign({{"m", p0}, {"other", p1}});
    CHECK(f.take() == Calls{"assigned ", "join m"});
  }
  SUBCASE("but not when it has everything") {
    f.synced(p01);
    would_assign({{"m", p01}});
    CHECK(f.take() == Calls{"assigned t[0],t[1]"});
  }
  SUBCASE("nor when another may have it") {
    f.synced({});
    would_assign({{"m", p0}, {"other", {}}});
    CHECK(f.take() == Calls{"assigned "});
  }
  SUBCASE("nor when its share is another than it would make it") {
    f.synced(p1);
    would_assign({{"m", p0}, {"other", p1}});
    CHECK(f.take() == Calls{"assigned t[1]"});
  }
}
