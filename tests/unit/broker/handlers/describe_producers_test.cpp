#include "protocol/messages/describe_producers.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DescribeProducersRequest;

TEST_CASE("describe_producers: what a partition remembers of idempotent producers") {
  EngineWorld world;
  world.create_topic("a", 2);
  const ConnectionId client = world.connect();
  records::ProducerStamp options;
  options.producer_id = 4711;
  options.producer_epoch = 3;
  options.base_sequence = 0;
  world.call(client, produce_request("a", 0, some_batch(6, options)), 9);
  world.call(client, produce_request("a", 0, some_batch(2)), 9);
  DescribeProducersRequest request;
  request.topics.push_back({"a", {0, 1, 2}});
  const auto response = world.call(client, request, 0);
  REQUIRE(response.topics.size() == 1);
  const auto& partitions = response.topics[0].partitions;
  REQUIRE(partitions.size() == 3);
  CHECK(partitions[0].error_code == ErrorCode::none);
  REQUIRE(partitions[0].active_producers.size() == 1);
  const auto& producer = partitions[0].active_producers[0];
  CHECK(producer.producer_id == 4711);
  CHECK(producer.producer_epoch == 3);
  CHECK(producer.last_sequence == 5);
  CHECK(producer.current_txn_start_offset == -1);
  CHECK(partitions[1].active_producers.empty());
  CHECK(partitions[2].error_code == ErrorCode::unknown_topic_or_partition);
}

}  // namespace
}  // namespace barnabas::broker::test
