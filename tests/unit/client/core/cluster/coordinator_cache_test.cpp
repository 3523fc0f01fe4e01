#include "client/src/core/cluster/coordinator_cache.hpp"

#include "protocol/messages/find_coordinator.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "tests/unit/client/core/cluster/cluster_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using namespace barnabas::client;
using barnabas::test::ClusterFixture;
using protocol::FindCoordinatorRequest;
using protocol::FindCoordinatorResponse;
using protocol::HeartbeatRequest;
using protocol::HeartbeatResponse;

namespace {

struct Group : ClusterFixture {
  Group() {
    script.add_node(1, "kafka-1");
    script.add_node(2, "kafka-2");
    script.set_coordinator(2);
  }
  void heartbeat(Retry retry = Retry::standard) {
    cluster.send<HeartbeatRequest>(
        script.now(), Target::coordinator(CoordinatorType::group, "g"),
        SendOptions().retry(retry).timeout(20s),
        [](std::int16_t) { return Result<HeartbeatRequest>(HeartbeatRequest()); },
        [this](const Now&, const Reply<HeartbeatResponse>& reply) {
          outcomes.push_back(reply ? std::string(name(reply->error_code))
                                   : reply.error().to_string());
        });
  }
  std::vector<std::string> outcomes;
};

HeartbeatResponse failed(ErrorCode code) {
  HeartbeatResponse response;
  response.error_code = code;
  return response;
}

FindCoordinatorResponse not_found(ErrorCode code) {
  FindCoordinatorResponse response;
  auto& coordinator = response.coordinators.emplace_back();
  coordinator.key = "g";
  coordinator.node_id = -1;
  coordinator.error_code = code;
  return response;
}

}  // namespace

TEST_CASE("the coordinator is looked up once and kept") {
  Group fixture;
  fixture.heartbeat();
  fixture.heartbeat();
  for (int i = 0; i < 2; ++i) {
    const auto request = fixture.script.expect<HeartbeatRequest>();
    CHECK(request.node == 2);
    fixture.script.answer(request, {});
  }
  CHECK(fixture.outcomes == std::vector<std::string>{"NONE", "NONE"});
  CHECK(fixture.script.arrived(ApiKey::FindCoordinator) == 1);
  CHECK(fixture.cluster.coordinator(CoordinatorType::group, "g") == 2);
  CHECK(fixture.cluster.coordinator(CoordinatorType::transaction, "g") == no_node);
  CHECK(fixture.cluster.state(2, Lane::coordinator) == Cluster::NodeState::ready);
}

TEST_CASE("older brokers are asked for one key at a time") {
  for (const std::int16_t version : std::vector<std::int16_t>{0, 3}) {
    Group fixture;
    fixture.script.set_versions(ApiKey::FindCoordinator, {0, version});
    fixture.heartbeat();
    CHECK(fixture.script.expect<HeartbeatRequest>().node == 2);
  }
}

TEST_CASE("a coordinator that moved is looked up anew, with pauses") {
  for (const ErrorCode code : {ErrorCode::not_coordinator, ErrorCode::coordinator_not_available}) {
    Group fixture;
    fixture.heartbeat();
    fixture.script.answer(fixture.script.expect<HeartbeatRequest>(2), failed(code));
    CHECK(fixture.cluster.coordinator(CoordinatorType::group, "g") == no_node);
    fixture.script.set_coordinator(1);
    fixture.script.advance(1s);
    fixture.script.answer(fixture.script.expect<HeartbeatRequest>(1), {});
    CHECK(fixture.outcomes == std::vector<std::string>{"NONE"});
  }
}

TEST_CASE("a lookup that keeps naming the old coordinator does not become a busy loop") {
  Group fixture;
  fixture.script.serve<HeartbeatRequest>(
      [](const auto&) { return std::optional(failed(ErrorCode::not_coordinator)); });
  fixture.heartbeat();
  fixture.script.advance(10s);
  CHECK(fixture.script.arrived(ApiKey::FindCoordinator) >= 8);
  CHECK(fixture.script.arrived(ApiKey::FindCoordinator) <= 20);
}

TEST_CASE("a loading coordinator is asked again, not looked up") {
  Group fixture;
  fixture.heartbeat();
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(2),
                        failed(ErrorCode::coordinator_load_in_progress));
  fixture.script.advance(1s);
  static_cast<void>(fixture.script.expect<HeartbeatRequest>(2));
  CHECK(fixture.script.arrived(ApiKey::FindCoordinator) == 1);
}

TEST_CASE("without retries the error is delivered and the coordinator still forgotten") {
  Group fixture;
  fixture.heartbeat(Retry::none);
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(2),
                        failed(ErrorCode::not_coordinator));
  CHECK(fixture.outcomes == std::vector<std::string>{"NOT_COORDINATOR"});
  CHECK(fixture.cluster.coordinator(CoordinatorType::group, "g") == no_node);
}

TEST_CASE("a lost connection forgets the coordinator") {
  Group fixture;
  fixture.heartbeat();
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(2), {});
  fixture.script.disconnect(2);
  CHECK(fixture.cluster.coordinator(CoordinatorType::group, "g") == no_node);
}

TEST_CASE("cat_G08 a refresh is not stuck behind a dead coordinator") {
  Group fixture;
  fixture.heartbeat();
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(2), {});
  fixture.script.node(2).up = false;
  fixture.script.set_coordinator(1);
  fixture.script.disconnect(2);
  fixture.heartbeat();
  fixture.script.advance(2s);
  fixture.script.answer(fixture.script.expect<HeartbeatRequest>(1), {});
  CHECK(fixture.outcomes.size() == 2);
}

TEST_CASE("lookups that fail for now are repeated, lasting errors end the requests") {
  Group fixture;
  fixture.script.answer_by_hand(ApiKey::FindCoordinator);
  fixture.heartbeat();
  fixture.script.answer(fixture.script.expect<FindCoordinatorRequest>(),
                        not_found(ErrorCode::coordinator_not_available));
  CHECK(fixture.outcomes.empty());
  fixture.script.advance(200ms);
  fixture.script.answer(fixture.script.expect<FindCoordinatorRequest>(),
                        not_found(ErrorCode::group_authorization_failed));
  REQUIRE(fixture.outcomes.size() == 1);
  CHECK(fixture.outcomes[0].find("GROUP_AUTHORIZATION_FAILED") != std::string::npos);
  CHECK(fixture.outcomes[0].find("coordinator of \"g\"") != std::string::npos);
}

TEST_CASE("a coordinator that cannot be found is named when the limit passes") {
  Group fixture;
  fixture.script.serve<FindCoordinatorRequest>(
      [](const auto&) { return std::optional(not_found(ErrorCode::coordinator_not_available)); });
  fixture.heartbeat();
  fixture.script.advance(20s);
  REQUIRE(fixture.outcomes.size() == 1);
  CHECK(fixture.outcomes[0].find("TIMED_OUT") != std::string::npos);
  CHECK(fixture.outcomes[0].find("COORDINATOR_NOT_AVAILABLE") != std::string::npos);
  // Nobody waits any more, so nobody asks.
  const std::size_t before = fixture.script.arrived(ApiKey::FindCoordinator);
  fixture.script.advance(60s);
  CHECK(fixture.script.arrived(ApiKey::FindCoordinator) == before);
}

TEST_CASE("a coordinator without an address is no coordinator") {
  Group fixture;
  fixture.script.serve<FindCoordinatorRequest>([](const auto&) {
    FindCoordinatorResponse response;
    auto& coordinator = response.coordinators.emplace_back();
    coordinator.key = "g";
    coordinator.node_id = 2;
    coordinator.host = "kafka-2";
    coordinator.port = 70000;
    return std::optional(response);
  });
  fixture.heartbeat();
  fixture.script.advance(5s);
  CHECK(fixture.outcomes.empty());
  CHECK(fixture.script.arrived(ApiKey::Heartbeat) == 0);
}
