#include "protocol/messages/create_acls.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::CreateAclsRequest;

TEST_CASE("create_acls: each is refused where there is no authorizer") {
  EngineWorld world;
  CreateAclsRequest request;
  request.creations.resize(2);
  const auto response = world.call(world.connect(), request, 3);
  REQUIRE(response.results.size() == 2);
  CHECK(response.results[1].error_code == ErrorCode::security_disabled);
}

}  // namespace
}  // namespace barnabas::broker::test
