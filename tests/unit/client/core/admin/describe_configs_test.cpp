#include "client/src/core/admin/describe_configs.hpp"

#include "protocol/messages/describe_configs.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;

TEST_CASE("brokers are asked about themselves, any broker about topics") {
  AdminFixture fixture;
  fixture.script.serve<DescribeConfigsRequest>([](const auto& request) {
    DescribeConfigsResponse response;
    for (const auto& resource : request->resources) {
      CHECK_FALSE(resource.configuration_keys.has_value());
      if (resource.resource_type == 4) CHECK(request.node == 2);
      auto& result = response.results.emplace_back();
      result.resource_type = resource.resource_type;
      result.resource_name = resource.resource_name;
      if (resource.resource_name == "gone") {
        result.error_code = ErrorCode::unknown_topic_or_partition;
        continue;
      }
      auto& secret = result.configs.emplace_back();
      secret.name = "z.password";
      secret.value = std::nullopt;
      secret.is_sensitive = true;
      auto& plain = result.configs.emplace_back();
      plain.name = "retention.ms";
      plain.value = "5";
      plain.config_source = 1;
    }
    return std::optional(response);
  });
  const auto results = fixture.admin
                           .describe_configs({ConfigResource::topic("t"), ConfigResource::broker(2),
                                              ConfigResource::topic("gone"),
                                              ConfigResource(ConfigResource::Type::broker, "x")})
                           .get()
                           .value();
  REQUIRE(results.size() == 4);
  REQUIRE(results[0].second.has_value());
  const std::vector<ConfigEntry>& entries = *results[0].second;
  CHECK(entries.at(0).name == "retention.ms");
  CHECK(entries[0].value == "5");
  CHECK(entries[0].source == ConfigEntry::Source::topic);
  CHECK_FALSE(entries.at(1).value.has_value());
  CHECK(entries[1].sensitive);
  CHECK(outcome(results[1].second) == "NONE");
  CHECK(outcome(results[2].second) == "UNKNOWN_TOPIC_OR_PARTITION");
  CHECK(outcome(results[3].second) == "INVALID_ARGUMENT");
  CHECK(fixture.script.arrived(ApiKey::DescribeConfigs) == 2);
}

TEST_CASE("nothing asked is nothing answered") {
  AdminFixture fixture;
  CHECK(fixture.admin.describe_configs(std::vector<ConfigResource>()).get().value().empty());
}
