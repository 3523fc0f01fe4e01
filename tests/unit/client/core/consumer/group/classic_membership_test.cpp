#include "client/src/core/consumer/group/classic_membership.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace std::chrono_literals;

namespace {

using Partitions = std::vector<TopicPartition>;
using State = ClassicMembership::State;

// A member whose calls and reports are written down; the test plays coordinator and application.
struct Fixture final : GroupLink, MembershipListener {
  explicit Fixture(std::vector<Assignor> assignors = {Assignor::range}, bool is_static = false)
      : member(options(std::move(assignors), is_static), *this, *this, 1) {}

  static MembershipOptions options(std::vector<Assignor> assignors, bool is_static) {
    return {is_static, 45s, 3s, 300s, 100ms, 1s, std::move(assignors), ""};
  }

  void join(const Now&, JoinCall call) override {
    calls.push_back("join " + call.member_id);
    last_join = std::move(call);
  }
  void plan(const Now&, Assignor, std::vector<JoinedMember>) override { calls.push_back("plan"); }
  void watch(const Now&, Assignor, const std::vector<JoinedMember>&) override {
    calls.push_back("watch");
  }
  void sync(const Now&, SyncCall call) override {
    calls.push_back("sync " + std::to_string(call.identity.generation));
  }
  void heartbeat(const Now&, const MemberIdentity& identity) override {
    calls.push_back("heartbeat " + std::to_string(identity.generation));
  }
  void leave(const Now&, const std::string& id, std::string_view) override {
    calls.push_back("leave " + id);
  }
  void cancel() override { ++cancels; }

  void on_assigned(const Now&, const Partitions& added) override {
    calls.push_back("assigned " + text(added));
  }
  void on_revoking(const Now&, const Partitions& partitions) override {
    calls.push_back("revoking " + text(partitions));
  }
  void on_lost(const Now&, const Partitions& partitions) override {
    calls.push_back("lost " + text(partitions));
  }
  void on_group_error(const Now&, const Error& error) override {
    calls.push_back("error " + std::string(name(error.code())) + (error.fatal() ? " fatal" : ""));
  }

  static std::string text(const Partitions& partitions) {
    std::string joined;
    for (const TopicPartition& partition : partitions) {
      joined += (joined.empty() ? "" : ",") + to_string(partition);
    }
    return joined;
  }
  std::vector<std::string> take() { return std::exchange(calls, {}); }

  void pass(Duration duration) {
    const Instant end = now.monotonic + duration;
    for (;;) {
      const std::optional<Instant> next = member.next_deadline();
      if (!next || *next > end) break;
      now.monotonic = std::max(now.monotonic, *next);
      member.advance(now);
      if (member.next_deadline() == next && *next <= now.monotonic) break;
    }
    now.monotonic = end;
  }
  void poll() {
    member.poll_began(now);
    member.poll_ended(now);
  }
  void joined(std::int32_t generation, bool leader = false, std::string id = "m") {
    JoinReply reply;
    reply.identity = {std::move(id), generation};
    reply.leader = leader;
    reply.assignor = Assignor::range;
    member.on_joined(now, std::move(reply));
  }
  void refuse_join(ErrorCode code, std::string id = {}) {
    JoinReply reply;
    reply.error = Error(code);
    reply.identity.member_id = std::move(id);
    member.on_joined(now, std::move(reply));
  }
  void synced(Partitions assignment) { member.on_synced(now, {Error(), std::move(assignment)}); }
  // Subscribed, joined and stable in generation 1 with these partitions.
  void settle(Partitions assignment) {
    member.subscribe(now, {"t"});
    poll();
    refuse_join(ErrorCode::member_id_required, "m");
    joined(1);
    synced(std::move(assignment));
    take();
  }

  Now now{Instant(1000s), 0};
  std::vector<std::string> calls;
  JoinCall last_join;
  int cancels = 0;
  ClassicMembership member;
};

using Calls = std::vector<std::string>;
const Partitions p0{{"t", 0}};
const Partitions p01{{"t", 0}, {"t", 1}};
const Partitions p1{{"t", 1}};

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
  JoinReply reply;
  reply.identity = {"m", 1};
  reply.leader = true;
  reply.skip_assignment = true;
  reply.assignor = Assignor::range;
  f.member.on_joined(f.now, std::move(reply));
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
    JoinReply reply;
    reply.identity = {"m", 1};
    reply.leader = true;
    reply.skip_assignment = true;
    reply.assignor = Assignor::cooperative_sticky;
    f.member.on_joined(f.now, std::move(reply));
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
