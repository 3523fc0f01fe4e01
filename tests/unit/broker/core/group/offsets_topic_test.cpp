#include "broker/src/core/group/offsets_topic.hpp"

#include "protocol/messages/find_coordinator.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/offset_commit.hpp"
#include "protocol/messages/offset_fetch.hpp"
#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace barnabas::broker::test {
namespace {

using protocol::FindCoordinatorRequest;
using protocol::JoinGroupRequest;
using protocol::OffsetCommitRequest;
using protocol::OffsetFetchRequest;

/// Groups "a" and "b" are kept in partitions 1 and 0.
struct GroupWorld : EngineWorld {
  static BrokerSettings settings() {
    BrokerSettings settings;
    settings.topics.offsets_partitions = 2;
    return settings;
  }
  GroupWorld() : EngineWorld(settings()) {
    create_topic("t");
    commit("a");
    commit("b");
  }
  void commit(std::string_view group) {
    OffsetCommitRequest request;
    request.group_id = group;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.partitions.emplace_back().committed_offset = 5;
    CHECK(call(connect(), request, 8).topics.at(0).partitions.at(0).error_code == ErrorCode::none);
  }
  ErrorCode coordinator(std::string_view group) {
    FindCoordinatorRequest request;
    request.coordinator_keys = {group};
    return call(connect(), request, 4).coordinators.at(0).error_code;
  }
  protocol::OffsetFetchResponse committed(std::string_view group) {
    OffsetFetchRequest request;
    request.group_id = group;
    request.topics.emplace().emplace_back().name = "t";
    request.topics->at(0).partition_indexes = {0};
    return call(connect(), request, 7);
  }
  ErrorCode join(std::string_view group) {
    JoinGroupRequest request;
    request.group_id = group;
    request.session_timeout_ms = 6000;
    request.protocol_type = "consumer";
    request.protocols.emplace_back().name = "range";
    return call(connect(), request, 9).error_code;
  }
};

TEST_CASE_FIXTURE(GroupWorld, "offsets_topic: groups that cannot be read have no coordinator") {
  engine().stop(now);
  deliver_disk();
  disk.discard("__consumer_offsets-1");
  restart();
  CHECK(coordinator("a") == ErrorCode::coordinator_not_available);
  CHECK(committed("a").error_code == ErrorCode::not_coordinator);
  CHECK(join("a") == ErrorCode::not_coordinator);
  REQUIRE(engine().move_coordinator(now, "a", 1));
  CHECK(committed("a").error_code == ErrorCode::not_coordinator);

  CHECK(coordinator("b") == ErrorCode::none);
  CHECK(committed("b").topics.at(0).partitions.at(0).committed_offset == 5);
  CHECK(join("b") == ErrorCode::member_id_required);
}

}  // namespace
}  // namespace barnabas::broker::test
