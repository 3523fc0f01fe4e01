#include "protocol/messages/delete_acls.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DeleteAclsRequest;

TEST_CASE("delete_acls: each filter is refused where there is no authorizer") {
  EngineWorld world;
  DeleteAclsRequest request;
  request.filters.resize(2);
  const auto response = world.call(world.connect(), request, 3);
  REQUIRE(response.filter_results.size() == 2);
  CHECK(response.filter_results[1].error_code == ErrorCode::security_disabled);
}

}  // namespace
}  // namespace barnabas::broker::test
