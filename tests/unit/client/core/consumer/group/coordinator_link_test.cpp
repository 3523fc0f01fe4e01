#include "client/src/core/consumer/group/coordinator_link.hpp"

#include "client/src/core/consumer/group/classic_membership.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/leave_group.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/messages/sync_group.hpp"
#include "tests/unit/client/core/consumer/consumer_world.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

namespace {

using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;
using protocol::JoinGroupRequest;
using protocol::JoinGroupResponse;
using protocol::LeaveGroupRequest;
using protocol::SyncGroupRequest;
using protocol::SyncGroupResponse;
using Partitions = std::vector<TopicPartition>;
using Told = std::vector<std::string>;

// A member and its link, on a cluster; the test is the coordinator.
struct LinkWorld : ConsumerWorld, MembershipListener {
  explicit LinkWorld(std::optional<std::string> instance_id = std::nullopt,
                     Duration rebalance_timeout = 300s)
      : link({"g", instance_id, 45s, rebalance_timeout, 30s}, cluster, interest, logger),
        member({instance_id.has_value(), 45s, 3s, 300s, 100ms, 1s, {Assignor::range}, ""}, link,
               *this, 1) {
    link.connect(member);
    engine.run_part = [this](const Now& at) {
      member.advance(at);
      link.run(at);
    };
    engine.deadline = [this] {
      const auto a = member.next_deadline(), b = link.next_deadline();
      return a && b ? std::min(a, b) : a ? a : b;
    };
  }

  void on_assigned(const Now&, const Partitions& added) override {
    told.push_back("assigned " + std::to_string(added.size()));
  }
  void on_revoking(const Now&, const Partitions&) override { told.push_back("revoking"); }
  void on_lost(const Now&, const Partitions&) override { told.push_back("lost"); }
  void on_group_error(const Now&, const Error& error) override {
    told.push_back("error " + std::string(name(error.code())));
    last_error = error;
  }

  void begin() {
    member.subscribe(now(), {"t"});
    member.poll_began(now());
    member.poll_ended(now());
    settle();
  }
  Received<JoinGroupRequest> expect_join() { return script.expect<JoinGroupRequest>(); }
  void answer_join(const Received<JoinGroupRequest>& request, bool leader = false,
                   bool skip_assignment = false) {
    JoinGroupResponse response;
    response.generation_id = 1;
    response.skip_assignment = skip_assignment;
    response.protocol_name = "range";
    response.member_id = "m";
    response.leader = leader ? "m" : "other";
    for (const auto& protocol : request->protocols) {
      auto& entry = response.members.emplace_back();
      entry.member_id = "m";
      entry.metadata = protocol.metadata;
    }
    script.answer(request, response);
    settle();
  }
  void answer_sync(const Received<SyncGroupRequest>& request, BytesView assignment,
                   ErrorCode error = ErrorCode::none) {
    SyncGroupResponse response;
    response.error_code = error;
    response.assignment = assignment;
    script.answer(request, response);
    settle();
  }
  // Both partitions of "t" are this member's.
  void become_stable() {
    begin();
    answer_join(expect_join());
    const Bytes assignment = encode_assignment(Partitions{t0, t1});
    answer_sync(script.expect<SyncGroupRequest>(), {assignment.data(), assignment.size()});
    CHECK(take() == Told{"assigned 2"});
  }
  // What a broken proxy or broker might send.
  template <class Request>
  void answer_with_wrong_id(const Received<Request>& request) {
    const std::string_view text("\0\0\0\x05\x7f\0\0\0\0", 9);
    script.send_raw(request.connection, BytesView(text).span());
    settle();
  }
  template <class Request>
  void answer_with_garbage(const Received<Request>& request) {
    const BytesView frame(request.frame->data(), request.frame->size());
    const auto id = static_cast<char>(wire::decode_request_header(frame)->correlation_id);
    const char text[] = {0, 0, 0, 6, 0, 0, 0, id, 0, 0};
    script.send_raw(request.connection, BytesView(std::string_view(text, sizeof text)).span());
    settle();
  }
  Told take() { return std::exchange(told, {}); }

  Told told;
  Error last_error;
  CoordinatorLink link;
  ClassicMembership member;
};

struct StaticWorld : LinkWorld {
  StaticWorld() : LinkWorld("i1") {}
};

}  // namespace

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: a join says who wants what, for how long") {
  begin();
  const auto request = expect_join();
  CHECK(request->group_id == "g");
  CHECK(request->session_timeout_ms == 45'000);
  CHECK(request->rebalance_timeout_ms == 300'000);
  CHECK(request->protocol_type == "consumer");
  CHECK_FALSE(request->group_instance_id.has_value());
  REQUIRE(request->protocols.size() == 1);
  CHECK(request->protocols[0].name == "range");
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: a join may take as long as the rebalance") {
  begin();
  const auto request = expect_join();
  member.poll_began(now());  // an application that does not come back is expelled
  script.advance(304s);
  CHECK(script.arrived(ApiKey::JoinGroup) == 1);
  answer_join(request);
  CHECK(script.take<SyncGroupRequest>().has_value());
}

TEST_CASE("coordinator link: and as long as a member that is gone may be in the group") {
  LinkWorld world(std::nullopt, 10s);
  world.begin();
  const auto request = world.expect_join();
  world.member.poll_began(world.now());  // an application that does not come back is expelled
  world.script.advance(49s);
  CHECK(world.script.arrived(ApiKey::JoinGroup) == 1);
  world.answer_join(request);
  CHECK(world.script.take<SyncGroupRequest>().has_value());
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: answers that are no answers cost a connection") {
  // Neither is the application's business: the member tries again, and keeps what it has.
  SUBCASE("to a join, with another's correlation id") {
    begin();
    answer_with_wrong_id(expect_join());
  }
  SUBCASE("to a join, unreadable") {
    begin();
    answer_with_garbage(expect_join());
  }
  SUBCASE("to a sync") {
    begin();
    answer_join(expect_join());
    answer_with_wrong_id(script.expect<SyncGroupRequest>());
  }
  CHECK(script.waiting() == 0);
  script.advance(2s);
  answer_join(expect_join());
  const Bytes assignment = encode_assignment(Partitions{t0});
  answer_sync(script.expect<SyncGroupRequest>(), {assignment.data(), assignment.size()});
  CHECK(take() == Told{"assigned 1"});
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: nor do they to a heartbeat") {
  become_stable();
  script.advance(3s);
  SUBCASE("another's correlation id") { answer_with_wrong_id(script.expect<HeartbeatRequest>()); }
  SUBCASE("unreadable") { answer_with_garbage(script.expect<HeartbeatRequest>()); }
  script.advance(1s);
  script.answer(script.expect<HeartbeatRequest>(), HeartbeatResponse());
  CHECK(take().empty());
  CHECK(member.owned().size() == 2);
  CHECK(script.arrived(ApiKey::JoinGroup) == 1);
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: a leader plans when it knows the topics") {
  script.answer_by_hand(ApiKey::Metadata);
  begin();
  // Bootstrapping needs metadata once.
  const auto answer_metadata = [&] {
    auto request = script.take<protocol::MetadataRequest>();
    REQUIRE(request);
    protocol::MetadataResponse response;
    auto& broker = response.brokers.emplace_back();
    broker.node_id = 1;
    broker.host = "kafka-1";
    broker.port = 9092;
    if (request->request.topics && !request->request.topics->empty()) {
      auto& topic = response.topics.emplace_back();
      topic.name = "t";
      auto& partition = topic.partitions.emplace_back();
      partition.leader_id = 1;
    }
    script.answer(*request, response);
    settle();
  };
  answer_join(expect_join(), true);
  SUBCASE("metadata comes") {
    CHECK_FALSE(script.take<SyncGroupRequest>().has_value());
    answer_metadata();
    const auto sync = script.take<SyncGroupRequest>();
    REQUIRE(sync);
    REQUIRE(sync->request.assignments.size() == 1);
    CHECK(sync->request.assignments[0].member_id == "m");
    CHECK(decode_assignment(sync->request.assignments[0].assignment).value() == Partitions{t0});
  }
  SUBCASE("metadata does not come: the coordinator does not wait for ever") {
    script.advance(14s);
    CHECK_FALSE(script.take<SyncGroupRequest>().has_value());
    script.advance(2s);
    CHECK(script.take<SyncGroupRequest>().has_value());
  }
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: a leader whose topics grow has an outdated plan") {
  begin();
  answer_join(expect_join(), true);
  script.advance(100ms);
  REQUIRE(script.take<SyncGroupRequest>().has_value());
  CHECK_FALSE(link.plan_is_outdated());
  script.topic("t").partitions.push_back({1, 0, ErrorCode::none});
  cluster.refresh_metadata(now());
  script.advance(1s);
  CHECK(link.plan_is_outdated());
  link.forget_plan(now());
  CHECK_FALSE(link.plan_is_outdated());
}

TEST_CASE_FIXTURE(LinkWorld,
                  "coordinator link: a leader that came back to old assignments joins again") {
  begin();
  answer_join(expect_join(), true, true);
  const Bytes nothing = encode_assignment({});
  answer_sync(script.expect<SyncGroupRequest>(), {nothing.data(), nothing.size()});
  script.advance(1s);
  expect_join();
  // Its plan is made for the topics as they are.
  CHECK_FALSE(link.plan_is_outdated());
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: an assignment that cannot be read is told") {
  begin();
  answer_join(expect_join());
  const std::string_view garbage("\0\0\x7f\xff\xff\xff", 6);
  answer_sync(script.expect<SyncGroupRequest>(), BytesView(garbage));
  CHECK(take() == Told{"error INCONSISTENT_GROUP_PROTOCOL"});
  CHECK(last_error.context().find("group g: the leader's assignment") != std::string::npos);
  script.advance(2s);
  expect_join();
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: an error names group and broker") {
  begin();
  JoinGroupResponse refusal;
  refusal.error_code = ErrorCode::group_authorization_failed;
  script.answer(expect_join(), refusal);
  CHECK(take() == Told{"error GROUP_AUTHORIZATION_FAILED"});
  CHECK(last_error.context() == "group g at broker 1 (kafka-1:9092)");
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: leaving, in the words of each version") {
  SUBCASE("a list") {
    become_stable();
    member.leave(now(), "bye", true);
    settle();
    const auto request = script.expect<LeaveGroupRequest>();
    REQUIRE(request->members.size() == 1);
    CHECK(request->members[0].member_id == "m");
    CHECK(request->members[0].reason == "bye");
    CHECK(link.is_leaving());
    script.answer(request, protocol::LeaveGroupResponse());
  }
  SUBCASE("one member") {
    script.set_versions(ApiKey::LeaveGroup, {0, 2});
    become_stable();
    member.leave(now(), "bye", true);
    settle();
    const auto request = script.expect<LeaveGroupRequest>();
    CHECK(request->member_id == "m");
    script.answer(request, protocol::LeaveGroupResponse());
  }
  CHECK_FALSE(link.is_leaving());
}

TEST_CASE_FIXTURE(StaticWorld, "coordinator link: a static member says so everywhere") {
  become_stable();
  script.advance(3s);
  CHECK(script.expect<HeartbeatRequest>()->group_instance_id == "i1");
  member.leave(now(), "bye", true);
  settle();
  CHECK(script.expect<LeaveGroupRequest>()->members.at(0).group_instance_id == "i1");
}

TEST_CASE_FIXTURE(StaticWorld, "coordinator link: brokers without static members are refused") {
  script.set_versions(ApiKey::JoinGroup, {0, 4});
  begin();
  script.advance(1s);
  CHECK(script.arrived(ApiKey::JoinGroup) == 0);
  CHECK(told.at(0) == "error UNSUPPORTED_BY_BROKER");
}

TEST_CASE_FIXTURE(LinkWorld, "coordinator link: what was cancelled is not answered") {
  begin();
  const auto request = expect_join();
  member.leave(now(), "bye", false);
  settle();
  answer_join(request);
  CHECK(member.state() == ClassicMembership::State::idle);
  CHECK(script.arrived(ApiKey::SyncGroup) == 0);
}
