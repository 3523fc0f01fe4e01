#include "client/src/core/admin/create_partitions.hpp"

#include "protocol/messages/create_partitions.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::CreatePartitionsRequest;
using protocol::CreatePartitionsResponse;

TEST_CASE("partitions are added, placed where asked for") {
  AdminFixture fixture;
  fixture.script.serve<CreatePartitionsRequest>([](const auto& request) {
    REQUIRE(request->topics.size() == 2);
    CHECK(request->validate_only);
    CHECK(request->topics[0].count == 6);
    CHECK_FALSE(request->topics[0].assignments.has_value());
    REQUIRE(request->topics[1].assignments.has_value());
    CHECK(request->topics[1].assignments->at(0).broker_ids == std::vector<std::int32_t>{2});
    CreatePartitionsResponse response;
    response.results.emplace_back().name = "a";
    auto& refused = response.results.emplace_back();
    refused.name = "b";
    refused.error_code = ErrorCode::invalid_partitions;
    return std::optional(response);
  });
  const auto results =
      fixture.admin
          .create_partitions({NewPartitions("a", 6), NewPartitions("b", 2).replicas({{2}})},
                             AdminOptions().validate_only())
          .get()
          .value();
  REQUIRE(results.size() == 2);
  CHECK(outcome(results[0].second) == "NONE");
  CHECK(outcome(results[1].second) == "INVALID_PARTITIONS");
}
