#include "client/src/core/admin/alter_configs.hpp"

#include "protocol/messages/incremental_alter_configs.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::IncrementalAlterConfigsRequest;
using protocol::IncrementalAlterConfigsResponse;

TEST_CASE("settings are set, reset and changed as lists") {
  AdminFixture fixture;
  fixture.script.serve<IncrementalAlterConfigsRequest>([](const auto& request) {
    REQUIRE(request->resources.size() == 1);
    const auto& configs = request->resources[0].configs;
    REQUIRE(configs.size() == 4);
    CHECK(configs[0].config_operation == 0);
    CHECK(configs[0].value == "5");
    CHECK(configs[1].config_operation == 1);
    CHECK_FALSE(configs[1].value.has_value());
    CHECK(configs[2].config_operation == 2);
    CHECK(configs[3].config_operation == 3);
    IncrementalAlterConfigsResponse response;
    auto& answer = response.responses.emplace_back();
    answer.resource_type = 2;
    answer.resource_name = "t";
    answer.error_code = ErrorCode::invalid_config;
    answer.error_message = "no";
    return std::optional(response);
  });
  const auto results = fixture.admin
                           .alter_configs({ConfigChange(ConfigResource::topic("t"))
                                               .set("retention.ms", "5")
                                               .reset("segment.ms")
                                               .append("cleanup.policy", "compact")
                                               .subtract("cleanup.policy", "delete")})
                           .get()
                           .value();
  REQUIRE(results.size() == 1);
  CHECK(outcome(results[0].second) == "INVALID_CONFIG");
  CHECK(results[0].second.error().context() == "topic t: no");
}

TEST_CASE("brokers too old for it are named") {
  AdminFixture fixture;
  fixture.script.set_versions(ApiKey::IncrementalAlterConfigs, {1, 0});
  const auto result =
      fixture.admin.alter_configs({ConfigChange(ConfigResource::topic("t")).reset("x")}).get();
  CHECK(outcome(result) == "UNSUPPORTED_BY_BROKER");
}
