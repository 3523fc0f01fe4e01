#pragma once

#include "client/src/core/consumer/group/classic_membership.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

using namespace barnabas::client;
using namespace std::chrono_literals;

using Partitions = std::vector<TopicPartition>;
using State = ClassicMembership::State;

/// A member whose calls and reports are written down; the test plays coordinator and application.
struct MembershipFixture final : GroupLink, MembershipListener {
  explicit MembershipFixture(std::vector<Assignor> assignors = {Assignor::range},
                             bool is_static = false)
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
  /// As a leader that came back, and whose assignments stay (KIP-814).
  void joined_as_before(Assignor assignor) {
    JoinReply reply;
    reply.identity = {"m", 1};
    reply.leader = true;
    reply.skip_assignment = true;
    reply.assignor = assignor;
    member.on_joined(now, std::move(reply));
  }
  void refuse_join(ErrorCode code, std::string id = {}) {
    JoinReply reply;
    reply.error = Error(code);
    reply.identity.member_id = std::move(id);
    member.on_joined(now, std::move(reply));
  }
  void synced(Partitions assignment) { member.on_synced(now, {Error(), std::move(assignment)}); }
  /// Subscribed, joined and stable in generation 1 with these partitions.
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
inline const Partitions p0{{"t", 0}};
inline const Partitions p01{{"t", 0}, {"t", 1}};
inline const Partitions p1{{"t", 1}};

}  // namespace barnabas::test
