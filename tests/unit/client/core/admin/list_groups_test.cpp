#include "client/src/core/admin/list_groups.hpp"

#include "protocol/messages/list_groups.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::ListGroupsRequest;
using protocol::ListGroupsResponse;

namespace {

std::optional<ListGroupsResponse> groups_of(std::int32_t node) {
  ListGroupsResponse response;
  auto& group = response.groups.emplace_back();
  group.group_id = node == 1 ? "z" : "a";
  group.protocol_type = "consumer";
  group.group_state = "Stable";
  group.group_type = "classic";
  return response;
}

}  // namespace

TEST_CASE("the groups of all brokers are put together") {
  AdminFixture fixture;
  fixture.script.serve<ListGroupsRequest>(
      [](const auto& request) { return groups_of(request.node); });
  const GroupListings listings = fixture.admin.list_groups().get().value();
  REQUIRE(listings.groups.size() == 2);
  CHECK(listings.groups[0].id == "a");
  CHECK(listings.groups[1].state == "Stable");
  CHECK(listings.missing.empty());
}

TEST_CASE("a broker that cannot be asked is named") {
  AdminFixture fixture;
  fixture.script.node(2).up = false;
  fixture.script.serve<ListGroupsRequest>(
      [](const auto& request) { return groups_of(request.node); });
  const GroupListings listings =
      fixture.admin.list_groups(AdminOptions().timeout(2s)).get().value();
  CHECK(listings.groups.size() == 1);
  REQUIRE(listings.missing.size() == 1);
  CHECK(listings.missing[0].first == 2);
}

TEST_CASE("no broker at all is an error") {
  AdminFixture fixture;
  fixture.script.serve<ListGroupsRequest>([](const auto&) {
    ListGroupsResponse response;
    response.error_code = ErrorCode::cluster_authorization_failed;
    return std::optional(response);
  });
  CHECK(outcome(fixture.admin.list_groups().get()) == "CLUSTER_AUTHORIZATION_FAILED");
}
