#include "client/src/core/admin/create_topics.hpp"

#include "protocol/messages/create_topics.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::CreateTopicsRequest;
using protocol::CreateTopicsResponse;

TEST_CASE("topics are created with what was asked for, and results come per item") {
  AdminFixture fixture;
  fixture.script.serve<CreateTopicsRequest>([](const auto& request) {
    CHECK(request.node == 1);
    CHECK(request->timeout_ms == 30'000);
    CHECK_FALSE(request->validate_only);
    REQUIRE(request->topics.size() == 3);
    const auto& orders = request->topics[0];
    CHECK(orders.name == "orders");
    CHECK(orders.num_partitions == 12);
    CHECK(orders.replication_factor == -1);
    REQUIRE(orders.configs.size() == 1);
    CHECK(orders.configs[0].name == "retention.ms");
    CHECK(orders.configs[0].value == "86400000");
    const auto& placed = request->topics[1];
    CHECK(placed.num_partitions == -1);
    REQUIRE(placed.assignments.size() == 2);
    CHECK(placed.assignments[1].partition_index == 1);
    CHECK(placed.assignments[1].broker_ids == std::vector<std::int32_t>{2, 1});
    CreateTopicsResponse response;
    auto& created = response.topics.emplace_back();
    created.name = "orders";
    created.topic_id = Uuid(1, 2);
    created.num_partitions = 12;
    created.replication_factor = 1;
    auto& refused = response.topics.emplace_back();
    refused.name = "placed";
    refused.error_code = ErrorCode::topic_already_exists;
    refused.error_message = "it is there";
    return std::optional(response);
  });
  std::vector<std::string> seen;
  for (const auto& [name, result] :
       fixture.admin
           .create_topics({NewTopic("orders").partitions(12).config("retention.ms", "86400000"),
                           NewTopic("placed").replicas({{1, 2}, {2, 1}}), NewTopic("lost")})
           .get()
           .value()) {
    seen.push_back(name + ": " + outcome(result));
    if (name == "orders") {
      CHECK(result->id == Uuid(1, 2));
      CHECK(result->partitions == 12);
    }
    if (name == "placed") CHECK(result.error().context() == "placed: it is there");
  }
  CHECK(seen == std::vector<std::string>{"orders: NONE", "placed: TOPIC_ALREADY_EXISTS",
                                         "lost: UNKNOWN_SERVER_ERROR"});
}

TEST_CASE("old brokers are given numbers in place of their defaults") {
  AdminFixture fixture;
  fixture.script.set_versions(ApiKey::CreateTopics, {2, 3});
  fixture.script.serve<CreateTopicsRequest>([](const auto& request) {
    CHECK(request.version == 3);
    CHECK(request->topics[0].num_partitions == 1);
    CHECK(request->topics[0].replication_factor == 1);
    CreateTopicsResponse response;
    response.topics.emplace_back().name = "t";
    return std::optional(response);
  });
  const auto results = fixture.admin.create_topics({NewTopic("t")}).get().value();
  CHECK(outcome(results.at(0).second) == "NONE");
}

TEST_CASE("a moved controller is followed") {
  AdminFixture fixture;
  fixture.script.serve<CreateTopicsRequest>([&](const auto& request) {
    CreateTopicsResponse response;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    if (request.node == 1) topic.error_code = ErrorCode::not_controller;
    fixture.script.set_controller(2);
    return std::optional(response);
  });
  const std::vector<NewTopic> topics{NewTopic("t")};
  const auto results =
      fixture.admin.create_topics(topics, AdminOptions().validate_only().timeout(5s)).get().value();
  CHECK(outcome(results.at(0).second) == "NONE");
  CHECK(fixture.script.arrived(ApiKey::CreateTopics) == 2);
}

TEST_CASE("without any broker the time limit ends the operation") {
  AdminFixture fixture;
  for (const int id : {1, 2}) fixture.script.node(id).up = false;
  const auto before = fixture.script.now().monotonic;
  const auto result =
      fixture.admin.create_topics({NewTopic("t")}, AdminOptions().timeout(3s)).get();
  CHECK(outcome(result) == "TIMED_OUT");
  CHECK(result.error().context().find("connection refused") != std::string::npos);
  CHECK(fixture.script.now().monotonic - before == 3s);
}
