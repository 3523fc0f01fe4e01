#include "client/src/core/admin/delete_groups.hpp"

#include "protocol/messages/delete_groups.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::DeleteGroupsRequest;
using protocol::DeleteGroupsResponse;

TEST_CASE("groups are deleted one by one") {
  AdminFixture fixture;
  fixture.script.serve<DeleteGroupsRequest>([](const auto& request) {
    DeleteGroupsResponse response;
    auto& result = response.results.emplace_back();
    result.group_id = request->groups_names.at(0);
    if (result.group_id == "busy") result.error_code = ErrorCode::non_empty_group;
    return std::optional(response);
  });
  const auto results = fixture.admin.delete_groups({"busy", "idle"}).get().value();
  REQUIRE(results.size() == 2);
  CHECK(outcome(results[0].second) == "NON_EMPTY_GROUP");
  CHECK(outcome(results[1].second) == "NONE");
}
