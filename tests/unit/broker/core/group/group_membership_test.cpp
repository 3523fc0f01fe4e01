#include "broker/src/core/group/group_membership.hpp"

#include <doctest/doctest.h>

#include "tests/unit/broker/core/group/group_world.hpp"

using namespace barnabas;
using namespace barnabas::broker;
using namespace barnabas::broker::test;
using namespace std::chrono_literals;

TEST_CASE("two members join, the leader assigns, both learn their part") {
  GroupWorld world;
  auto first = world.join({});
  auto second = world.join({});
  CHECK(!first->has_value());
  world.pass(0s);
  REQUIRE(first->has_value());
  REQUIRE(second->has_value());
  const Joined a = **first, b = **second;
  CHECK(a.generation == 1);
  CHECK(a.leader == a.member_id);
  CHECK(a.members.size() == 2);
  CHECK(b.leader == a.member_id);
  CHECK(b.members.empty());
  CHECK(b.protocol == "range");
  CHECK(world.state() == GroupState::completing_rebalance);

  auto follower = world.sync(b.member_id, 1);
  CHECK(!follower->has_value());
  auto leader = world.sync(a.member_id, 1, {{a.member_id, "one"}, {b.member_id, "two"}});
  CHECK(leader->value().assignment == "one");
  CHECK(follower->value().assignment == "two");
  CHECK(world.state() == GroupState::stable);
  CHECK(world.heartbeat(a.member_id, 1) == ErrorCode::none);
  CHECK(world.heartbeat(a.member_id, 0) == ErrorCode::illegal_generation);
  CHECK(world.heartbeat("nobody", 1) == ErrorCode::unknown_member_id);
}

TEST_CASE("from version 4 on a member id is announced before the member may join") {
  GroupWorld world;
  auto announced = world.join({.version = 4});
  REQUIRE(announced->has_value());
  CHECK((*announced)->error == ErrorCode::member_id_required);
  const std::string id = (*announced)->member_id;
  CHECK(!id.empty());
  SUBCASE("and joins with it") {
    auto joined = world.join({.member_id = id, .version = 4});
    world.pass(0s);
    CHECK(joined->value().error == ErrorCode::none);
    CHECK(joined->value().member_id == id);
  }
  SUBCASE("and loses it after a session timeout") {
    world.pass(10s);
    auto late = world.join({.member_id = id, .version = 4});
    CHECK(late->value().error == ErrorCode::unknown_member_id);
  }
}

TEST_CASE("bad joins are refused with Kafka's errors") {
  GroupWorld world;
  CHECK(world.join({.session_ms = 5'999})->value().error == ErrorCode::invalid_session_timeout);
  CHECK(world.join({.session_ms = 1'800'001})->value().error == ErrorCode::invalid_session_timeout);
  CHECK(world.join({.member_id = "ghost"})->value().error == ErrorCode::unknown_member_id);
  CHECK(world.join({.protocols = {}})->value().error == ErrorCode::inconsistent_group_protocol);
  world.stable_member();
  CHECK(world.join({.protocols = {{"sticky", ""}}})->value().error ==
        ErrorCode::inconsistent_group_protocol);
  CHECK(world.join({.protocol_type = "connect"})->value().error ==
        ErrorCode::inconsistent_group_protocol);
}

TEST_CASE("what the group's records could not hold is refused") {
  GroupWorld world;
  const std::string fits(32'767, 'x');
  const std::string too_long = fits + "x";
  CHECK(world.join({.instance_id = too_long, .version = 9})->value().error ==
        ErrorCode::invalid_request);
  CHECK(world.join({.version = 9, .protocols = {{too_long, ""}}})->value().error ==
        ErrorCode::inconsistent_group_protocol);
  CHECK(world.join({.version = 9, .protocol_type = too_long})->value().error ==
        ErrorCode::inconsistent_group_protocol);
  for (const std::string& group : {fits, too_long}) {
    ErrorCode outcome = ErrorCode::unknown_server_error;
    world.coordinator->offsets().commit(
        world.now, {group, "", std::nullopt, -1}, {GroupWorld::offset("orders", 0, 5)},
        [&](const std::vector<ErrorCode>& errors) { outcome = errors.front(); });
    CHECK(outcome == (group == fits ? ErrorCode::none : ErrorCode::invalid_group_id));
  }
}

TEST_CASE("a full group takes nobody else") {
  GroupConfig config;
  config.max_size = 1;
  GroupWorld world(config);
  world.stable_member();
  CHECK(world.join({})->value().error == ErrorCode::group_max_size_reached);
}

TEST_CASE("members vote for the assignor that all of them support") {
  GroupWorld world;
  auto a = world.join({.protocols = {{"sticky", ""}, {"range", ""}, {"roundrobin", ""}}});
  auto b = world.join({.protocols = {{"roundrobin", ""}, {"range", ""}}});
  auto c = world.join({.protocols = {{"roundrobin", ""}, {"range", ""}}});
  world.pass(0s);
  CHECK(a->value().protocol == "roundrobin");
}

TEST_CASE("a new member makes the others rejoin") {
  GroupWorld world;
  auto [first, generation] = world.stable_member();
  auto newcomer = world.join({});
  CHECK(world.state() == GroupState::preparing_rebalance);
  CHECK(world.heartbeat(first, generation) == ErrorCode::rebalance_in_progress);
  auto again = world.join({.member_id = first});
  REQUIRE(again->has_value());
  REQUIRE(newcomer->has_value());
  CHECK((*again)->generation == generation + 1);
  CHECK((*again)->members.size() == 2);
}

TEST_CASE("who does not rejoin within the rebalance timeout is out") {
  GroupWorld world;
  auto [first, generation] = world.stable_member({.session_ms = 100'000, .rebalance_ms = 20'000});
  auto newcomer = world.join({.rebalance_ms = 20'000});
  world.pass(19'999ms);
  CHECK(!newcomer->has_value());
  world.pass(1ms);
  REQUIRE(newcomer->has_value());
  CHECK((*newcomer)->leader == (*newcomer)->member_id);
  CHECK(world.heartbeat(first, generation + 1) == ErrorCode::unknown_member_id);
}

TEST_CASE("a member that goes silent is removed after its session timeout") {
  GroupWorld world;
  auto [id, generation] = world.stable_member();
  world.pass(9s);
  CHECK(world.heartbeat(id, generation) == ErrorCode::none);
  world.pass(9'999ms);
  CHECK(world.heartbeat(id, generation) == ErrorCode::none);
  world.pass(10s);
  CHECK(world.heartbeat(id, generation) == ErrorCode::unknown_member_id);
  CHECK(world.state() == GroupState::empty);
}

TEST_CASE("who waits for an answer of ours does not lose its session") {
  GroupWorld world;
  auto [leader, generation] = world.stable_member();
  auto newcomer = world.join({});
  world.join({.member_id = leader});
  REQUIRE(newcomer->has_value());
  auto waiting = world.sync((*newcomer)->member_id, generation + 1);
  for (int i = 0; i < 6; ++i) {  // three times the newcomer's session timeout
    world.pass(5s);
    REQUIRE(world.heartbeat(leader, generation + 1) == ErrorCode::none);
  }
  CHECK(!waiting->has_value());
  world.sync(leader, generation + 1, {{(*newcomer)->member_id, "b"}});
  CHECK(waiting->value().assignment == "b");
  CHECK(world.heartbeat((*newcomer)->member_id, generation + 1) == ErrorCode::none);
}

TEST_CASE("members that do not sync within the rebalance timeout are removed") {
  GroupWorld world;
  auto a = world.join({.session_ms = 100'000});
  auto b = world.join({.session_ms = 100'000});
  world.pass(0s);
  auto synced = world.sync((*b)->member_id, 1);
  world.pass(60s);
  CHECK(synced->value().error == ErrorCode::rebalance_in_progress);
  CHECK(world.heartbeat((*a)->member_id, 1) == ErrorCode::unknown_member_id);
}

TEST_CASE("leaving starts a rebalance, the last one empties the group") {
  GroupWorld world;
  auto [id, generation] = world.stable_member();
  CHECK(world.leave("nobody") == ErrorCode::unknown_member_id);
  CHECK(world.leave(id) == ErrorCode::none);
  CHECK(world.state() == GroupState::empty);
  CHECK(world.coordinator->find("g")->generation_id() == generation + 1);
}

TEST_CASE("the first join waits for others as long as configured") {
  GroupConfig config;
  config.initial_rebalance_delay = 3s;
  GroupWorld world(config);
  auto a = world.join({});
  world.pass(2s);
  auto b = world.join({});
  world.pass(2s);
  CHECK(!a->has_value());  // the second member prolonged the wait
  world.pass(2s);
  CHECK(a->value().members.size() == 2);
}

TEST_CASE("an unchanged follower gets the same generation back") {
  GroupWorld world;
  auto a = world.join({});
  auto b = world.join({});
  world.pass(0s);
  const std::string leader = (*a)->member_id, follower = (*b)->member_id;
  auto repeated = world.join({.member_id = follower});
  CHECK(repeated->value().generation == 1);
  auto waiting = world.sync(follower, 1);
  world.sync(leader, 1, {{leader, "x"}});
  CHECK(waiting->value().assignment.empty());
  CHECK(world.join({.member_id = follower})->value().generation == 1);
  CHECK(world.state() == GroupState::stable);
  SUBCASE("a changed one starts a rebalance") {
    world.join({.member_id = follower, .protocols = {{"range", "other"}}});
    CHECK(world.state() == GroupState::preparing_rebalance);
  }
  SUBCASE("the leader does so too") {
    world.join({.member_id = leader});
    CHECK(world.state() == GroupState::preparing_rebalance);
  }
}

TEST_CASE("a static member that comes back keeps its assignment without a rebalance") {
  GroupWorld world;
  auto [old_id, generation] = world.stable_member({.instance_id = "one", .version = 9});
  auto back = world.join({.instance_id = "one", .version = 9});
  REQUIRE(back->has_value());
  const Joined joined = **back;
  CHECK(joined.error == ErrorCode::none);
  CHECK(joined.generation == generation);
  CHECK(joined.member_id != old_id);
  CHECK(joined.skip_assignment);
  CHECK(joined.leader == joined.member_id);
  CHECK(world.state() == GroupState::stable);
  CHECK(world.sync(joined.member_id, generation)->value().assignment == "a");
  CHECK(world.heartbeat(old_id, generation, "one") == ErrorCode::fenced_instance_id);
  CHECK(world.heartbeat(joined.member_id, generation, "one") == ErrorCode::none);
}

TEST_CASE("before version 9 the returning leader is told the former leader's name") {
  GroupWorld world;
  auto [old_id, generation] = world.stable_member({.instance_id = "one", .version = 5});
  auto back = world.join({.instance_id = "one", .version = 5});
  CHECK(back->value().leader == old_id);
  CHECK(back->value().members.empty());
}

TEST_CASE("a static leader that comes back with another subscription sees it and may assign anew") {
  GroupWorld world;
  world.stable_member({.instance_id = "one", .version = 9});
  auto back = world.join({.instance_id = "one", .version = 9, .protocols = {{"range", "new"}}});
  REQUIRE(back->has_value());
  CHECK((*back)->generation == 1);
  CHECK((*back)->skip_assignment);
  CHECK((*back)->members.size() == 1);
}

TEST_CASE("a member that comes back with protocols of its own is refused, even when it is alone") {
  GroupWorld world;
  auto [id, generation] = world.stable_member({});
  CHECK(world.join({.member_id = id, .protocols = {{"sticky", ""}}})->value().error ==
        ErrorCode::inconsistent_group_protocol);
  CHECK(
      world.join({.member_id = id, .protocols = {{"sticky", ""}, {"range", ""}}})->value().error ==
      ErrorCode::none);
}

TEST_CASE("a failed write of the assignment is not taken for an assignment") {
  GroupWorld world;
  auto joined = world.join({});
  world.pass(0s);
  world.log.failing = true;
  auto synced = world.sync((*joined)->member_id, 1, {{(*joined)->member_id, "a"}});
  CHECK(synced->value().error == ErrorCode::coordinator_not_available);
  CHECK(world.state() == GroupState::preparing_rebalance);
}

TEST_CASE("an assignment that is stored too late does not disturb the next generation") {
  GroupWorld world;
  auto first = world.join({});
  world.pass(0s);
  const std::string id = (*first)->member_id;
  world.log.holding = true;
  auto synced = world.sync(id, 1, {{id, "late"}});
  auto newcomer = world.join({});
  CHECK(synced->value().error == ErrorCode::rebalance_in_progress);
  auto again = world.join({.member_id = id});
  REQUIRE(again->has_value());
  world.log.release();
  CHECK(world.state() == GroupState::completing_rebalance);
  CHECK(world.coordinator->find("g")->find(id)->assignment.empty());
}

TEST_CASE("a session starts when the assignment is stored, however long that took") {
  GroupWorld world;
  auto joined = world.join({.session_ms = 10'000});
  world.pass(0s);
  const std::string id = (*joined)->member_id;
  world.log.holding = true;
  auto synced = world.sync(id, 1, {{id, "a"}});
  world.pass(9s);
  CHECK(!synced->has_value());
  world.log.release();
  CHECK(synced->value().error == ErrorCode::none);
  world.pass(9s);
  CHECK(world.heartbeat(id, 1) == ErrorCode::none);
}

TEST_CASE("cat_G17: members of before a restart expire when they do not come back") {
  GroupWorld world;
  auto [id, generation] = world.stable_member();
  world.restart();
  CHECK(world.state() == GroupState::stable);
  CHECK(world.coordinator->find("g")->generation_id() == generation);
  SUBCASE("they go on when they do") {
    CHECK(world.heartbeat(id, generation) == ErrorCode::none);
    CHECK(world.sync(id, generation)->value().assignment == "a");
  }
  SUBCASE("and are gone when they do not") {
    world.pass(10s);
    CHECK(world.state() == GroupState::empty);
  }
}
