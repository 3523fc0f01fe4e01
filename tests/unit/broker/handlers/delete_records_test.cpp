#include "protocol/messages/delete_records.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::DeleteRecordsRequest;

TEST_CASE("delete_records: what is below goes, up to the high watermark") {
  EngineWorld world;
  world.create_topic("a");
  world.create_topic("compacted", 1, {{"cleanup.policy", "compact"}});
  const ConnectionId client = world.connect();
  world.call(client, produce_request("a", 0, some_batch(6)), 9);
  const auto ask = [&](std::string_view name, std::int64_t offset, std::int16_t version) {
    DeleteRecordsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.partitions.push_back({0, offset});
    return world.call(client, request, version).topics.at(0).partitions.at(0);
  };
  for (std::int16_t version = 0; version <= 2; ++version) {
    const auto result = ask("a", 1 + version, version);
    CHECK(result.error_code == ErrorCode::none);
    CHECK(result.low_watermark == 1 + version);
  }
  CHECK(ask("a", 7, 2).error_code == ErrorCode::offset_out_of_range);
  CHECK(ask("a", -1, 2).low_watermark == 6);
  CHECK(ask("b", 0, 2).error_code == ErrorCode::unknown_topic_or_partition);
  CHECK(ask("compacted", 0, 2).error_code == ErrorCode::policy_violation);
  const auto fetched = world.call(client, fetch_request("a", 0, 0), 12);
  CHECK(fetched.responses[0].partitions[0].error_code == ErrorCode::offset_out_of_range);
}

}  // namespace
}  // namespace barnabas::broker::test
