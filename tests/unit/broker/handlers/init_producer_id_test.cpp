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

TEST_CASE("init_producer_id: who comes when all ids are gone waits until new ones are stored") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  const ConnectionId other = world.connect();
  world.sync_at_once = false;
  const InitProducerIdRequest request;
  std::int64_t last = -1;
  for (;;) {
    world.send(client, request, 4);
    const auto response = world.receive<InitProducerIdRequest>(client, 4);
    if (!response) break;
    REQUIRE(response->error_code == ErrorCode::none);
    CHECK(response->producer_id == last + 1);
    last = response->producer_id;
    REQUIRE(last < 10'000);
  }
  world.send(other, request, 4);
  CHECK(!world.receive<InitProducerIdRequest>(other, 4));
  world.deliver_disk();
  for (const ConnectionId waiting : {client, other}) {
    const auto response = world.receive<InitProducerIdRequest>(waiting, 4);
    REQUIRE(response);
    CHECK(response->error_code == ErrorCode::none);
    CHECK(response->producer_id == ++last);
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
