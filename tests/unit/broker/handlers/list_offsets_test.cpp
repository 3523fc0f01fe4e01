#include "protocol/messages/list_offsets.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;

constexpr Timestamp first_time = 1'700'000'000'000;

ListOffsetsRequest ask(std::int64_t timestamp, std::int32_t partition = 0) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& topic = request.topics.emplace_back();
  topic.name = "a";
  auto& wanted = topic.partitions.emplace_back();
  wanted.partition_index = partition;
  wanted.timestamp = timestamp;
  return request;
}

struct OffsetsWorld : EngineWorld {
  OffsetsWorld() {
    create_topic("a");
    client = connect();
    // Offsets 0 to 2 at first_time + 0, 1, 2 ms; 3 and 4 at first_time + 100, 101 ms; 5 at
    // first_time + 50 ms.
    for (const auto& [count, at] : {std::pair(3, 0), {2, 100}, {1, 50}}) {
      call(client, produce_request("a", 0, some_batch(count, {}, {}, first_time + at)), 9);
    }
  }
  ListOffsetsResponse::ListOffsetsPartitionResponse find(std::int64_t timestamp,
                                                         std::int16_t version = 11) {
    return call(client, ask(timestamp), version).topics.at(0).partitions.at(0);
  }
  ConnectionId client{};
};

TEST_CASE("list_offsets: the ends, in every version") {
  OffsetsWorld world;
  for (std::int16_t version = 1; version <= 11; ++version) {
    CHECK(world.find(-1, version).offset == 6);
    CHECK(world.find(-2, version).offset == 0);
    CHECK(world.find(-1, version).timestamp == -1);
  }
  CHECK(world.find(-1).leader_epoch == world.log("a").leader_epoch());
}

TEST_CASE("list_offsets: by time") {
  OffsetsWorld world;
  CHECK(world.find(0).offset == 0);
  CHECK(world.find(first_time + 1).offset == 1);
  CHECK(world.find(first_time + 1).timestamp == first_time + 1);
  CHECK(world.find(first_time + 3).offset == 3);
  CHECK(world.find(first_time + 101).offset == 4);
  const auto later = world.find(first_time + 102);
  CHECK(later.offset == -1);
  CHECK(later.timestamp == -1);
  CHECK(later.error_code == ErrorCode::none);
}

TEST_CASE("list_offsets: special timestamps and the versions that know them") {
  OffsetsWorld world;
  CHECK(world.find(-3).offset == 4);
  CHECK(world.find(-3).timestamp == first_time + 101);
  CHECK(world.find(-4).offset == 0);
  CHECK(world.find(-5).offset == -1);
  CHECK(world.find(-6).offset == -1);
  CHECK(world.find(-3, 6).error_code == ErrorCode::unsupported_version);
  CHECK(world.find(-4, 7).error_code == ErrorCode::unsupported_version);
  CHECK(world.find(-5, 8).error_code == ErrorCode::unsupported_version);
  CHECK(world.find(-6, 10).error_code == ErrorCode::unsupported_version);
  CHECK(world.find(-7).error_code == ErrorCode::unsupported_version);
}

TEST_CASE("list_offsets: unknown partitions, and the same one twice") {
  OffsetsWorld world;
  CHECK(world.call(world.client, ask(-1, 3), 5).topics[0].partitions[0].error_code ==
        ErrorCode::unknown_topic_or_partition);
  ListOffsetsRequest twice = ask(-1);
  twice.topics[0].partitions.push_back(twice.topics[0].partitions[0]);
  const auto response = world.call(world.client, twice, 5);
  REQUIRE(response.topics[0].partitions.size() == 1);
  CHECK(response.topics[0].partitions[0].error_code == ErrorCode::invalid_request);
}

}  // namespace
}  // namespace barnabas::broker::test
