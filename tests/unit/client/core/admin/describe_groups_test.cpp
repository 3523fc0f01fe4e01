#include "client/src/core/admin/describe_groups.hpp"

#include "protocol/messages/consumer_protocol.hpp"
#include "protocol/messages/describe_groups.hpp"
#include "protocol/wire/versioned_data.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::DescribeGroupsRequest;
using protocol::DescribeGroupsResponse;

TEST_CASE("groups are described by their coordinator, members with what they own") {
  AdminFixture fixture;
  fixture.script.set_coordinator(2);
  protocol::ConsumerProtocolAssignment assignment;
  auto& topic = assignment.assigned_partitions.emplace_back();
  topic.topic = "t";
  topic.partitions = {0, 3};
  const auto data = wire::encode_versioned(assignment, 1).value();
  fixture.script.serve<DescribeGroupsRequest>([&](const auto& request) {
    CHECK(request.node == 2);
    REQUIRE(request->groups.size() == 1);
    DescribeGroupsResponse response;
    auto& group = response.groups.emplace_back();
    group.group_id = request->groups[0];
    group.protocol_type = "consumer";
    group.protocol_data = "range";
    group.group_state = request->groups[0] == "gone" ? "Dead" : "Stable";
    auto& member = group.members.emplace_back();
    member.member_id = "m";
    member.group_instance_id = "i";
    member.client_id = "c";
    member.client_host = "/127.0.0.1";
    member.member_assignment = BytesView(data.data(), data.size());
    auto& broken = group.members.emplace_back();
    broken.member_assignment = BytesView("x");
    return std::optional(response);
  });
  const auto results = fixture.admin.describe_groups({"g", "gone"}).get().value();
  REQUIRE(results.size() == 2);
  REQUIRE(results[0].second.has_value());
  const GroupDescription& group = *results[0].second;
  CHECK(group.state == "Stable");
  CHECK(group.assignor == "range");
  CHECK(group.coordinator == 2);
  REQUIRE(group.members.size() == 2);
  CHECK(group.members[0].instance_id == "i");
  CHECK(group.members[0].assignment == std::vector<TopicPartition>{{"t", 0}, {"t", 3}});
  CHECK(group.members[1].assignment.empty());
  CHECK(outcome(results[1].second) == "GROUP_ID_NOT_FOUND");
}

TEST_CASE("a coordinator that moved is followed") {
  AdminFixture fixture;
  fixture.script.serve<DescribeGroupsRequest>([&](const auto& request) {
    DescribeGroupsResponse response;
    auto& group = response.groups.emplace_back();
    group.group_id = "g";
    group.group_state = "Empty";
    if (request.node == 1) group.error_code = ErrorCode::not_coordinator;
    fixture.script.set_coordinator(2);
    return std::optional(response);
  });
  const auto results = fixture.admin.describe_groups({"g"}).get().value();
  CHECK(outcome(results.at(0).second) == "NONE");
}
