#include "client/src/core/admin/list_offsets.hpp"

#include "protocol/messages/list_offsets.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::ClientScript;
using barnabas::test::outcome;
using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

namespace {

// Answers with offsets that name the node, unless the node does not lead the partition.
void serve_offsets(ClientScript& script) {
  script.serve<ListOffsetsRequest>([&script](const auto& request) {
    ListOffsetsResponse response;
    for (const auto& from : request->topics) {
      auto& topic = response.topics.emplace_back();
      topic.name = from.name;
      for (const auto& wanted : from.partitions) {
        auto& partition = topic.partitions.emplace_back();
        partition.partition_index = wanted.partition_index;
        const auto index = static_cast<std::size_t>(wanted.partition_index);
        const auto leader = script.topic(std::string(from.name)).partitions.at(index).leader;
        if (leader == request.node) {
          partition.offset = 100 * request.node + wanted.partition_index;
          partition.timestamp = wanted.timestamp;
        } else {
          partition.error_code = ErrorCode::not_leader_or_follower;
        }
      }
    }
    return std::optional(response);
  });
}

}  // namespace

TEST_CASE("each leader is asked for its partitions") {
  AdminFixture fixture;
  fixture.script.add_topic("t", {1, 2, 1});
  fixture.script.add_topic("u", {2});
  serve_offsets(fixture.script);
  const auto results =
      fixture.admin.list_offsets({{"u", 0}, {"t", 2}, {"t", 1}, {"t", 0}}, OffsetSpec::earliest())
          .get()
          .value();
  REQUIRE(results.size() == 4);
  CHECK(results[0].second->offset == 200);
  CHECK(results[1].second->offset == 102);
  CHECK(results[2].second->offset == 201);
  CHECK(results[3].second->offset == 100);
  CHECK(results[3].second->timestamp == -2);
  CHECK(fixture.script.arrived(ApiKey::ListOffsets) == 2);
}

TEST_CASE("a leader that moves meanwhile is followed") {
  AdminFixture fixture;
  fixture.script.add_topic("t", {1});
  fixture.script.serve<ListOffsetsRequest>([&](const auto&) {
    // The metadata that led here is out of date by now.
    fixture.script.move_leader("t", 0, 2);
    serve_offsets(fixture.script);
    ListOffsetsResponse response;
    auto& topic = response.topics.emplace_back();
    topic.name = "t";
    topic.partitions.emplace_back().error_code = ErrorCode::not_leader_or_follower;
    return std::optional(response);
  });
  const auto results = fixture.admin.list_offsets({{"t", 0}}, OffsetSpec::latest()).get().value();
  CHECK(results.at(0).second->offset == 200);
  CHECK(fixture.script.arrived(ApiKey::ListOffsets) == 2);
}

TEST_CASE("unknown topics and partitions are errors of their items, at once") {
  AdminFixture fixture;
  fixture.script.add_topic("t", {1});
  serve_offsets(fixture.script);
  const auto before = fixture.script.now().monotonic;
  const auto results = fixture.admin
                           .list_offsets({{"t", 0}, {"t", 9}, {"missing", 0}},
                                         OffsetSpec::at(std::chrono::system_clock::now()))
                           .get()
                           .value();
  CHECK(outcome(results.at(0).second) == "NONE");
  CHECK(outcome(results.at(1).second) == "UNKNOWN_TOPIC_OR_PARTITION");
  CHECK(outcome(results.at(2).second) == "UNKNOWN_TOPIC_OR_PARTITION");
  CHECK(fixture.script.now().monotonic == before);
}

TEST_CASE("a partition without a leader is an error when the time is up") {
  AdminFixture fixture;
  fixture.script.add_topic("t", {-1, 1});
  serve_offsets(fixture.script);
  const auto before = fixture.script.now().monotonic;
  const auto results =
      fixture.admin
          .list_offsets({{"t", 0}, {"t", 1}}, OffsetSpec::latest(), AdminOptions().timeout(2s))
          .get()
          .value();
  CHECK(outcome(results.at(0).second) == "LEADER_NOT_AVAILABLE");
  CHECK(outcome(results.at(1).second) == "NONE");
  CHECK(fixture.script.now().monotonic - before <= 2s);
}

TEST_CASE("a dead leader is waited for, the others are not repeated") {
  AdminFixture fixture;
  fixture.script.add_topic("t", {1, 2});
  fixture.script.node(2).up = false;
  serve_offsets(fixture.script);
  const auto future =
      fixture.admin.list_offsets({{"t", 0}, {"t", 1}}, OffsetSpec::latest()).future();
  CHECK(outcome(future.get(3s)) == "TIMED_OUT");
  fixture.script.node(2).up = true;
  const auto results = future.get().value();
  CHECK(results.at(1).second->offset == 201);
  CHECK(fixture.script.arrived(ApiKey::ListOffsets) == 2);
}

TEST_CASE("whatever fails, offsets are found") {
  const std::size_t faults = test::run_fault_matrix([](ClientScript& script) {
    script.add_node(1, "kafka-1");
    script.add_node(2, "kafka-2");
    script.add_topic("t", {1, 2});
    serve_offsets(script);
    Runtime runtime(std::make_shared<test::ScriptDriver>(script));
    Admin admin(runtime, AdminConfig().bootstrap_servers("kafka-1,kafka-2"));
    const auto results = admin.list_offsets({{"t", 0}, {"t", 1}}, OffsetSpec::latest()).get();
    REQUIRE(outcome(results) == "NONE");
    CHECK(outcome(results->at(0).second) == "NONE");
    CHECK(outcome(results->at(1).second) == "NONE");
  });
  CHECK(faults >= 16);
}
