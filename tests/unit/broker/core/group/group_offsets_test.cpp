#include "broker/src/core/group/group_offsets.hpp"

#include <doctest/doctest.h>

#include "tests/unit/broker/core/group/group_world.hpp"

using namespace barnabas;
using namespace barnabas::broker;
using namespace barnabas::broker::test;
using namespace std::chrono_literals;

namespace {
const TopicPartition orders0("orders", 0);
}

TEST_CASE("a consumer without a group commits as long as the group is empty") {
  GroupWorld world;
  CHECK(world.commit("", -1, {GroupWorld::offset("orders", 0, 5, "note")}) ==
        std::vector{ErrorCode::none});
  CHECK(world.coordinator->committed("g", orders0)->offset == 5);
  CHECK(world.coordinator->committed("g", orders0)->metadata == "note");
  CHECK(world.commit("", 3, {GroupWorld::offset("orders", 0, 6)}) ==
        std::vector{ErrorCode::unknown_member_id});
  world.stable_member();
  CHECK(world.commit("", -1, {GroupWorld::offset("orders", 0, 6)}) ==
        std::vector{ErrorCode::unknown_member_id});
  CHECK(world.coordinator->committed("g", orders0)->offset == 5);
}

TEST_CASE("a member commits in its generation only") {
  GroupWorld world;
  auto [id, generation] = world.stable_member();
  CHECK(world.commit(id, generation, {GroupWorld::offset("orders", 0, 5)}) ==
        std::vector{ErrorCode::none});
  CHECK(world.commit(id, generation - 1, {GroupWorld::offset("orders", 0, 6)}) ==
        std::vector{ErrorCode::illegal_generation});
  CHECK(world.commit("other", generation, {GroupWorld::offset("orders", 0, 6)}) ==
        std::vector{ErrorCode::unknown_member_id});
  world.join({.member_id = id});  // the leader rejoins: everybody has joined, nobody has synced
  CHECK(world.state() == GroupState::completing_rebalance);
  CHECK(world.commit(id, generation + 1, {GroupWorld::offset("orders", 0, 6)}) ==
        std::vector{ErrorCode::rebalance_in_progress});
  CHECK(world.coordinator->committed("g", orders0)->offset == 5);
}

TEST_CASE("a commit keeps the session alive") {
  GroupWorld world;
  auto [id, generation] = world.stable_member();
  world.pass(9s);
  world.commit(id, generation, {GroupWorld::offset("orders", 0, 5)});
  world.pass(9s);
  CHECK(world.heartbeat(id, generation) == ErrorCode::none);
}

TEST_CASE("each partition gets its own result") {
  GroupWorld world;
  CHECK(world.commit("", -1,
                     {GroupWorld::offset("orders", 0, 5, std::string(4097, 'x')),
                      GroupWorld::offset("orders", 1, 6, std::string(4096, 'x'))}) ==
        std::vector{ErrorCode::offset_metadata_too_large, ErrorCode::none});
  CHECK(world.coordinator->committed("g", orders0) == nullptr);
}

TEST_CASE("an offset that could not be written is not committed") {
  GroupWorld world;
  world.log.failing = true;
  CHECK(world.commit("", -1, {GroupWorld::offset("orders", 0, 5)}) ==
        std::vector{ErrorCode::coordinator_not_available});
  CHECK(world.coordinator->committed("g", orders0) == nullptr);
}

TEST_CASE("an offset is visible once it is durable, not before") {
  GroupWorld world;
  world.log.holding = true;
  bool answered = false;
  world.coordinator->offsets().commit(world.now, {"g", "", std::nullopt, -1},
                                      {GroupWorld::offset("orders", 0, 5)},
                                      [&](const auto&) { answered = true; });
  CHECK(!answered);
  CHECK(world.coordinator->committed("g", orders0) == nullptr);
  world.log.release();
  CHECK(answered);
  CHECK(world.coordinator->committed("g", orders0)->offset == 5);
}

TEST_CASE("offsets survive a restart exactly") {
  GroupWorld world;
  auto [id, generation] = world.stable_member();
  world.commit(id, generation,
               {GroupWorld::offset("orders", 0, 5, "m"), GroupWorld::offset("b", 7, 9)});
  world.commit(id, generation, {GroupWorld::offset("orders", 0, 6)});
  const auto before = world.coordinator->committed("g");
  world.restart();
  CHECK(world.coordinator->committed("g") == before);
  CHECK(before.size() == 2);
}

TEST_CASE("offsets expire after the retention, but never while the group has members") {
  GroupConfig config;
  config.offsets_retention = 1h;
  GroupWorld world(config);
  auto [id, generation] = world.stable_member({.session_ms = 1'800'000});
  world.commit(id, generation, {GroupWorld::offset("orders", 0, 5)});
  for (int i = 0; i < 8; ++i) {
    world.pass(20min);
    REQUIRE(world.heartbeat(id, generation) == ErrorCode::none);
  }
  CHECK(world.coordinator->committed("g", orders0) != nullptr);
  world.leave(id);
  world.pass(55min);
  CHECK(world.coordinator->committed("g", orders0) != nullptr);
  world.pass(20min);
  CHECK(world.coordinator->committed("g", orders0) == nullptr);
  CHECK(world.coordinator->find("g") == nullptr);
  world.restart();
  CHECK(world.coordinator->find("g") == nullptr);
}

TEST_CASE("a deleted topic takes its offsets along") {
  GroupWorld world;
  world.commit("", -1, {GroupWorld::offset("orders", 0, 5), GroupWorld::offset("b", 7, 9)});
  world.coordinator->topic_deleted("orders");
  CHECK(world.coordinator->committed("g").size() == 1);
  world.restart();
  CHECK(world.coordinator->committed("g").size() == 1);
}

TEST_CASE("OffsetDelete spares the topics that members read") {
  GroupWorld world;
  auto [id, generation] = world.stable_member({.protocols = {{"range", subscription({"orders"})}}});
  world.commit(id, generation, {GroupWorld::offset("orders", 0, 5), GroupWorld::offset("b", 7, 9)});
  std::vector<ErrorCode> results;
  world.coordinator->offsets().remove(world.now, "g", {orders0, TopicPartition("b", 7)},
                                      [&](ErrorCode error, const std::vector<ErrorCode>& each) {
                                        CHECK(error == ErrorCode::none);
                                        results = each;
                                      });
  CHECK(results == std::vector{ErrorCode::group_subscribed_to_topic, ErrorCode::none});
  CHECK(world.coordinator->committed("g").size() == 1);
}
