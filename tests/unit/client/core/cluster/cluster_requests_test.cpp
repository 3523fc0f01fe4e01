#include "client/src/core/cluster/cluster.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/list_groups.hpp"
#include "tests/unit/client/core/cluster/cluster_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using namespace barnabas::client;
using barnabas::test::ClientScript;
using barnabas::test::ClusterFixture;
using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;
using protocol::ListGroupsRequest;
using protocol::ListGroupsResponse;

namespace {

struct Outcomes {
  std::vector<std::string> seen;

  RequestId heartbeat(ClusterFixture& fixture, Target target, SendOptions options = {},
                      std::string group = "g") {
    return fixture.cluster.send<HeartbeatRequest>(
        fixture.script.now(), std::move(target), std::move(options),
        [group](std::int16_t) -> Result<HeartbeatRequest> {
          HeartbeatRequest request;
          request.group_id = group;
          return request;
        },
        [this, group](const Now&, const Reply<HeartbeatResponse>& reply) {
          seen.push_back(group + ": " +
                         std::string(reply ? name(reply->error_code) : name(reply.error().code())));
          last = reply ? Error() : reply.error();
          node = reply.node;
          version = reply.version;
          written = reply.written;
        });
  }
  Error last;
  NodeId node = no_node;
  std::int16_t version = -1;
  bool written = false;
};

HeartbeatResponse heartbeat_error(ErrorCode code) {
  HeartbeatResponse response;
  response.error_code = code;
  return response;
}

void add_two_nodes(ClientScript& script) {
  script.add_node(1, "kafka-1");
  script.add_node(2, "kafka-2");
}

}  // namespace

TEST_CASE("a request goes to its node and completes once with the decoded answer") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(2));
  const auto request = fixture.script.expect<HeartbeatRequest>(2);
  CHECK(request->group_id == "g");
  CHECK(outcomes.seen.empty());
  fixture.script.answer(request, heartbeat_error(ErrorCode::rebalance_in_progress));
  CHECK(outcomes.seen == std::vector<std::string>{"g: REBALANCE_IN_PROGRESS"});
  CHECK(outcomes.node == 2);
  CHECK(outcomes.version == 4);
  CHECK(outcomes.written);
  CHECK(fixture.cluster.in_flight(2) == 0);
}

TEST_CASE("send never completes within itself") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1));
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(), {});
  outcomes.seen.clear();
  outcomes.heartbeat(fixture, Target::node(77));
  CHECK(outcomes.seen.empty());
  REQUIRE(fixture.cluster.next_deadline().has_value());
  CHECK(*fixture.cluster.next_deadline() <= fixture.script.now().monotonic);
  fixture.script.settle();
  CHECK(outcomes.seen == std::vector<std::string>{"g: BROKER_NOT_AVAILABLE"});
}

TEST_CASE("requests to one node are pipelined in order") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  for (const char* group : {"a", "b", "c"}) outcomes.heartbeat(fixture, Target::node(1), {}, group);
  const auto a = fixture.script.expect<HeartbeatRequest>();
  const auto b = fixture.script.expect<HeartbeatRequest>();
  const auto c = fixture.script.expect<HeartbeatRequest>();
  CHECK(a->group_id == "a");
  CHECK(c->group_id == "c");
  CHECK(fixture.cluster.in_flight(1) == 3);
  fixture.script.answer(c, {});
  fixture.script.answer(a, {});
  fixture.script.answer(b, {});
  CHECK(outcomes.seen == std::vector<std::string>{"a: NONE", "b: NONE", "c: NONE"});
}

TEST_CASE("without retries a disconnect ends the request and says that it was written") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1));
  static_cast<void>(fixture.script.expect<HeartbeatRequest>());
  fixture.script.disconnect(1);
  CHECK(outcomes.seen == std::vector<std::string>{"g: DISCONNECTED"});
  CHECK(outcomes.written);
  CHECK(outcomes.last.context().find("broker 1 (kafka-1:9092)") != std::string::npos);
}

TEST_CASE("a refused connection ends a request without retries, unwritten") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  fixture.script.node(2).up = false;
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(2));
  fixture.script.advance(1s);
  CHECK(outcomes.seen == std::vector<std::string>{"g: CONNECTION_FAILED"});
  CHECK_FALSE(outcomes.written);
  CHECK(outcomes.last.context().find("refused") != std::string::npos);
}

TEST_CASE("with retries a disconnect and a retriable error cost time only") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1), SendOptions().retry(Retry::standard));
  static_cast<void>(fixture.script.expect<HeartbeatRequest>());
  fixture.script.disconnect(1);
  fixture.script.advance(1s);
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(),
                        heartbeat_error(ErrorCode::coordinator_load_in_progress));
  CHECK(outcomes.seen.empty());
  fixture.script.advance(1s);
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(),
                        heartbeat_error(ErrorCode::unknown_member_id));
  CHECK(outcomes.seen == std::vector<std::string>{"g: UNKNOWN_MEMBER_ID"});
}

TEST_CASE("with retries an answer that cannot be read costs its connection and time") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1), SendOptions().retry(Retry::standard));
  const auto request = fixture.script.expect<HeartbeatRequest>();
  const BytesView frame(request.frame->data(), request.frame->size());
  const auto id = static_cast<char>(wire::decode_request_header(frame)->correlation_id);
  const char garbage[] = {0, 0, 0, 6, 0, 0, 0, id, 0, 0};
  fixture.script.send_raw(request.connection,
                          BytesView(std::string_view(garbage, sizeof garbage)).span());
  CHECK(outcomes.seen.empty());
  REQUIRE(fixture.warnings.size() == 1);
  CHECK(fixture.warnings[0].find("HeartbeatResponse v4") != std::string::npos);
  fixture.script.advance(1s);
  const auto again = fixture.script.expect<HeartbeatRequest>();
  CHECK(again.connection != request.connection);
  fixture.script.answer(again, HeartbeatResponse());
  CHECK(outcomes.seen == std::vector<std::string>{"g: NONE"});
}

TEST_CASE("the time limit covers everything and names the last error") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  fixture.script.node(1).up = false;
  fixture.script.node(2).up = false;
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::any(), SendOptions().retry(Retry::standard).timeout(5s));
  fixture.script.advance(4990ms);
  CHECK(outcomes.seen.empty());
  fixture.script.advance(10ms);
  CHECK(outcomes.seen == std::vector<std::string>{"g: TIMED_OUT"});
  CHECK(outcomes.last.context().find("connection refused") != std::string::npos);
  CHECK(outcomes.last.context().find("5000 ms") != std::string::npos);
}

TEST_CASE("an answer later than the caller's limit is discarded, the connection goes on") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1), SendOptions().timeout(1s), "a");
  const auto late = fixture.script.expect<HeartbeatRequest>();
  fixture.script.advance(2s);
  CHECK(outcomes.seen == std::vector<std::string>{"a: TIMED_OUT"});
  outcomes.heartbeat(fixture, Target::node(1), {}, "b");
  const auto next = fixture.script.expect<HeartbeatRequest>();
  CHECK(next.connection == late.connection);
  fixture.script.answer(late, heartbeat_error(ErrorCode::unknown_member_id));
  fixture.script.answer(next, {});
  CHECK(outcomes.seen.back() == "b: NONE");
}

TEST_CASE("cat_N05 a broker that does not answer in time loses the connection") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1), SendOptions().request_timeout(2s), "a");
  outcomes.heartbeat(fixture, Target::node(1), {}, "b");
  const auto request = fixture.script.expect<HeartbeatRequest>();
  fixture.script.advance(1990ms);
  CHECK(outcomes.seen.empty());
  fixture.script.advance(10ms);
  CHECK(outcomes.seen == std::vector<std::string>{"a: REQUEST_TIMED_OUT", "b: DISCONNECTED"});
  CHECK(fixture.script.connections(1).empty());
}

TEST_CASE("a cancelled request never completes and its answer is discarded") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  const RequestId cancelled = outcomes.heartbeat(fixture, Target::node(1), {}, "a");
  outcomes.heartbeat(fixture, Target::node(1), {}, "b");
  const auto a = fixture.script.expect<HeartbeatRequest>();
  const auto b = fixture.script.expect<HeartbeatRequest>();
  fixture.cluster.cancel(cancelled);
  fixture.script.answer(a, {});
  fixture.script.answer(b, {});
  CHECK(outcomes.seen == std::vector<std::string>{"b: NONE"});
  fixture.cluster.cancel(cancelled);
}

TEST_CASE("cat_N05 a connection that died while idle costs one silent repetition") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  const SendOptions standard = SendOptions().retry(Retry::standard);
  outcomes.heartbeat(fixture, Target::node(1), standard);
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(), {});
  fixture.script.advance(240s);
  outcomes.heartbeat(fixture, Target::node(1), standard);
  static_cast<void>(fixture.script.expect<HeartbeatRequest>());
  const Instant before = fixture.script.now().monotonic;
  fixture.script.disconnect(1);
  REQUIRE(fixture.script.advance_until([&] { return fixture.script.waiting() > 0; }, 1s));
  // The reconnect pause is all that it takes, no retry pause comes on top.
  CHECK(fixture.script.now().monotonic - before < 80ms);
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(), {});
  CHECK(outcomes.seen == std::vector<std::string>{"g: NONE", "g: NONE"});
}

TEST_CASE("no_response requests complete once written") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1), SendOptions().no_response(), "a");
  fixture.script.settle();
  CHECK(outcomes.seen == std::vector<std::string>{"a: NONE"});
  CHECK(fixture.cluster.in_flight(1) == 0);
  CHECK_FALSE(fixture.cluster.has_unwritten_bytes());
}

TEST_CASE("versions are the highest that both sides and the options allow") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  fixture.script.set_versions(ApiKey::Heartbeat, {0, 3});
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1));
  CHECK(fixture.script.expect<HeartbeatRequest>().version == 3);
  outcomes.heartbeat(fixture, Target::node(1), SendOptions().max_version(1));
  CHECK(fixture.script.expect<HeartbeatRequest>().version == 1);
  CHECK(fixture.cluster.version_of(1, ApiKey::Heartbeat) == std::int16_t{3});
  CHECK_FALSE(fixture.cluster.version_of(2, ApiKey::Heartbeat).has_value());
  outcomes.heartbeat(fixture, Target::node(1), SendOptions().min_version(4));
  fixture.script.settle();
  CHECK(outcomes.seen == std::vector<std::string>{"g: UNSUPPORTED_BY_BROKER"});
  CHECK(outcomes.last.context().find(
            "Heartbeat is needed in version 4 to 4, the broker serves 0 to 3") !=
        std::string::npos);
}

TEST_CASE("a build function's error ends the request") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Error seen;
  fixture.cluster.send<ListGroupsRequest>(
      fixture.script.now(), Target::any(), SendOptions(),
      [](std::int16_t) -> Result<ListGroupsRequest> { return Error(ErrorCode::invalid_argument); },
      [&](const Now&, const Reply<ListGroupsResponse>& reply) { seen = reply.error(); });
  fixture.script.settle();
  CHECK(seen == ErrorCode::invalid_argument);
}

TEST_CASE("throttled connections wait, others do not") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1));
  HeartbeatResponse response;
  response.throttle_time_ms = 500;
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(), response);
  CHECK(fixture.cluster.throttled_until(1).has_value());
  outcomes.heartbeat(fixture, Target::node(1));
  outcomes.heartbeat(fixture, Target::node(2));
  CHECK(fixture.script.expect<HeartbeatRequest>().node == 2);
  CHECK(fixture.script.waiting() == 0);
  fixture.script.advance(499ms);
  CHECK(fixture.script.waiting() == 0);
  fixture.script.advance(1ms);
  CHECK(fixture.script.expect<HeartbeatRequest>().node == 1);
}

TEST_CASE(
    "an answer that nobody waits for any more throttles too, and none shortens an earlier wait") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  const RequestId cancelled = outcomes.heartbeat(fixture, Target::node(1));
  outcomes.heartbeat(fixture, Target::node(1));
  const auto first = fixture.script.expect<HeartbeatRequest>();
  const auto second = fixture.script.expect<HeartbeatRequest>();
  fixture.cluster.cancel(cancelled);
  HeartbeatResponse response;
  response.throttle_time_ms = 500;
  fixture.script.answer(first, response);
  response.throttle_time_ms = 100;
  fixture.script.answer(second, response);
  CHECK(outcomes.seen == std::vector<std::string>{"g: NONE"});
  outcomes.heartbeat(fixture, Target::node(1));
  fixture.script.advance(499ms);
  CHECK(fixture.script.waiting() == 0);
  fixture.script.advance(1ms);
  CHECK(fixture.script.expect<HeartbeatRequest>().node == 1);
}

TEST_CASE("any broker means the least busy one") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1));
  outcomes.heartbeat(fixture, Target::node(2));
  outcomes.heartbeat(fixture, Target::node(2));
  fixture.script.settle();
  outcomes.heartbeat(fixture, Target::any(), {}, "any");
  for (int i = 0; i < 3; ++i) static_cast<void>(fixture.script.expect<HeartbeatRequest>());
  CHECK(fixture.script.expect<HeartbeatRequest>().node == 1);
}

TEST_CASE("a changed controller is looked up anew") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  fixture.script.set_controller(1);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::controller(), SendOptions().retry(Retry::standard));
  const auto request = fixture.script.expect<HeartbeatRequest>();
  CHECK(request.node == 1);
  fixture.script.set_controller(2);
  fixture.script.answer(request, heartbeat_error(ErrorCode::not_controller));
  fixture.script.advance(1s);
  CHECK(fixture.script.expect<HeartbeatRequest>().node == 2);
}

TEST_CASE("closing completes everything with closed") {
  ClusterFixture fixture;
  add_two_nodes(fixture.script);
  Outcomes outcomes;
  outcomes.heartbeat(fixture, Target::node(1), {}, "a");
  static_cast<void>(fixture.script.expect<HeartbeatRequest>());
  outcomes.heartbeat(fixture, Target::coordinator(CoordinatorType::group, "g"), {}, "b");
  fixture.cluster.close(fixture.script.now());
  CHECK(outcomes.seen == std::vector<std::string>{"a: CLOSED", "b: CLOSED"});
  CHECK(fixture.script.connections(1).empty());
  CHECK_FALSE(fixture.cluster.next_deadline().has_value());
  outcomes.heartbeat(fixture, Target::node(1), {}, "c");
  fixture.script.settle();
  CHECK(outcomes.seen.back() == "c: CLOSED");
}

TEST_CASE("whatever fails, a request with retries gets its answer") {
  const std::size_t faults = test::run_fault_matrix([](ClientScript& script) {
    add_two_nodes(script);
    script.serve<HeartbeatRequest>([](const auto&) { return HeartbeatResponse(); });
    client::ClusterListener listener;
    Logger logger;
    Cluster cluster(ClusterFixture::options("kafka-1,kafka-2"), script.network(), listener, logger,
                    7);
    script.drive(cluster);
    int completions = 0;
    std::string outcome;
    cluster.send<HeartbeatRequest>(
        script.now(), Target::coordinator(CoordinatorType::group, "g"),
        SendOptions().retry(Retry::standard),
        [](std::int16_t) { return Result<HeartbeatRequest>(HeartbeatRequest()); },
        [&](const Now&, const Reply<HeartbeatResponse>& reply) {
          ++completions;
          outcome = reply ? "answered" : reply.error().to_string();
        });
    script.advance_until([&] { return completions > 0; }, 120s);
    CHECK(outcome == "answered");
    script.advance(1s);
    CHECK(completions == 1);
  });
  CHECK(faults >= 12);
}
