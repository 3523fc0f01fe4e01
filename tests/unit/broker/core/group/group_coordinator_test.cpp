#include "broker/src/core/group/group_coordinator.hpp"

#include <doctest/doctest.h>

#include "tests/unit/broker/core/group/group_world.hpp"

using namespace barnabas;
using namespace barnabas::broker;
using namespace barnabas::broker::test;
using namespace std::chrono_literals;

namespace {
ErrorCode delete_group(GroupWorld& world, const std::string& id) {
  ErrorCode result = ErrorCode::unknown_server_error;
  world.coordinator->delete_group(world.now, id, [&](ErrorCode error) { result = error; });
  return result;
}
}  // namespace

TEST_CASE("only an empty group can be deleted, and it stays deleted") {
  GroupWorld world;
  CHECK(delete_group(world, "g") == ErrorCode::group_id_not_found);
  auto [id, generation] = world.stable_member();
  world.commit(id, generation, {GroupWorld::offset("orders", 0, 5)});
  CHECK(delete_group(world, "g") == ErrorCode::non_empty_group);
  world.leave(id);
  CHECK(delete_group(world, "g") == ErrorCode::none);
  CHECK(world.coordinator->find("g") == nullptr);
  CHECK(world.coordinator->committed("g").empty());
  world.restart();
  CHECK(world.coordinator->find("g") == nullptr);
}

TEST_CASE("a deletion that cannot be written leaves the group as it was") {
  GroupWorld world;
  world.commit("", -1, {GroupWorld::offset("orders", 0, 5)});
  world.log.failing = true;
  CHECK(delete_group(world, "g") == ErrorCode::coordinator_not_available);
  CHECK(world.state() == GroupState::empty);
  CHECK(world.coordinator->committed("g").size() == 1);
}

TEST_CASE("records that cannot be read are an error, unknown kinds are passed over") {
  GroupWorld world;
  CHECK(world.coordinator->replay(BytesView(), std::nullopt).error() ==
        ErrorCode::malformed_message);
  CHECK(world.coordinator->replay(BytesView(std::string_view("\0\1\0", 3)), std::nullopt).error() ==
        ErrorCode::malformed_message);
  CHECK(world.coordinator->replay(BytesView(std::string_view("\0\3\0\1g", 5)), BytesView("x"))
            .has_value());
  CHECK(world.coordinator->groups().empty());
}
