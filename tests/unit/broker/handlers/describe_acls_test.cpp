#include "protocol/messages/describe_acls.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DescribeAclsRequest;

TEST_CASE("describe_acls: there is no authorizer") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  for (std::int16_t version = 1; version <= 3; ++version) {
    const auto response = world.call(client, DescribeAclsRequest(), version);
    CHECK(response.error_code == ErrorCode::security_disabled);
    CHECK(response.error_message == "No Authorizer is configured.");
    CHECK(response.resources.empty());
  }
}

}  // namespace
}  // namespace barnabas::broker::test
