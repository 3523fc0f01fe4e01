#include "protocol/messages/init_producer_id.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

#include <set>

namespace barnabas::broker::test {
namespace {

using protocol::InitProducerIdRequest;

TEST_CASE("init_producer_id: ids are never given twice, also after a crash") {
  EngineWorld world;
  std::set<std::int64_t> ids;
  for (int life = 0; life < 3; ++life) {
    const ConnectionId client = world.connect();
    for (std::int16_t version = 0; version <= 5; ++version) {
      const auto response = world.call(client, InitProducerIdRequest(), version);
      CHECK(response.error_code == ErrorCode::none);
      CHECK(response.producer_epoch == 0);
      CHECK(ids.insert(response.producer_id).second);
    }
    world.crash();
  }
}

TEST_CASE("init_producer_id: transactions are refused for good") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  InitProducerIdRequest request;
  request.transactional_id = "t";
  CHECK(world.call(client, request, 4).error_code == ErrorCode::unsupported_version);
  request.transactional_id = "";
  CHECK(world.call(client, request, 4).error_code == ErrorCode::invalid_request);
}

}  // namespace
}  // namespace barnabas::broker::test
