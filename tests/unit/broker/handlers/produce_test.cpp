#include "protocol/messages/produce.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::ProduceRequest;
using protocol::ProduceResponse;

ProduceResponse::PartitionProduceResponse only(const ProduceResponse& response) {
  REQUIRE(response.responses.size() == 1);
  REQUIRE(response.responses[0].partition_responses.size() == 1);
  return response.responses[0].partition_responses[0];
}

ErrorCode error_of(const ProduceResponse& response) { return only(response).error_code; }

TEST_CASE("produce: batches are appended in every version, by name and by id") {
  EngineWorld world;
  world.create_topic("a");
  const ConnectionId client = world.connect();
  for (std::int16_t version = 3; version <= 13; ++version) {
    ProduceRequest request = produce_request("a", 0, some_batch(2));
    if (version >= 13) request.topic_data[0].topic_id = world.topic("a").id;
    const auto response = world.call(client, request, version);
    CHECK(error_of(response) == ErrorCode::none);
    CHECK(only(response).base_offset == (version - 3) * 2);
    CHECK(only(response).log_append_time_ms == -1);
  }
  CHECK(world.log("a").log_end_offset() == 22);
}

TEST_CASE("produce: errors per partition do not stop the others") {
  EngineWorld world;
  world.create_topic("a", 2);
  ProduceRequest request = produce_request("a", 7, some_batch());
  request.topic_data[0].partition_data.push_back({1, some_batch()});
  auto& unknown = request.topic_data.emplace_back();
  unknown.name = "missing";
  unknown.partition_data.push_back({0, some_batch()});
  const auto response = world.call(world.connect(), request, 9);
  CHECK(response.responses[0].partition_responses[0].error_code ==
        ErrorCode::unknown_topic_or_partition);
  CHECK(response.responses[0].partition_responses[0].base_offset == -1);
  CHECK(response.responses[0].partition_responses[1].error_code == ErrorCode::none);
  CHECK(response.responses[1].partition_responses[0].error_code ==
        ErrorCode::unknown_topic_or_partition);
  CHECK(world.log("a", 1).log_end_offset() == 1);
}

TEST_CASE("produce: what Kafka refuses is refused") {
  EngineWorld world;
  world.create_topic("a", 1, {{"max.message.bytes", "500"}});
  world.create_topic("compacted", 1, {{"cleanup.policy", "compact"}});
  const ConnectionId client = world.connect();
  const auto error = [&](const ProduceRequest& request, std::int16_t version = 9) {
    return error_of(world.call(client, request, version));
  };
  CHECK(error(produce_request("a", 0, some_batch(), 2)) == ErrorCode::invalid_required_acks);
  CHECK(error(produce_request("a", 0, some_batch(100))) == ErrorCode::message_too_large);
  CHECK(error(produce_request("a", 0, BytesView("rubbish"))) == ErrorCode::invalid_record);
  CHECK(error(produce_request("__consumer_offsets", 0, some_batch())) ==
        ErrorCode::unknown_topic_or_partition);

  std::vector<std::byte> damaged = make_batch(numbered_records(1));
  damaged.back() ^= std::byte{1};
  CHECK(error(produce_request("a", 0, {damaged.data(), damaged.size()})) ==
        ErrorCode::corrupt_message);

  const std::vector<std::byte> keyless =
      make_batch({{0, 1'700'000'000'000, std::nullopt, "value", {}}});
  const auto refused =
      world.call(client, produce_request("compacted", 0, {keyless.data(), keyless.size()}), 9);
  CHECK(error_of(refused) == ErrorCode::invalid_record);
  REQUIRE(only(refused).record_errors.size() == 1);
  CHECK(only(refused).record_errors[0].batch_index == 0);
  CHECK(only(refused).error_message);

  records::ProducerStamp transactional{5, 0, 0, true};
  CHECK(error(produce_request("a", 0, some_batch(1, transactional))) ==
        ErrorCode::invalid_txn_state);
  // An hour ahead is allowed, two are not.
  CHECK(error(produce_request("a", 0, some_batch(1, {}, {}, world.now.wall + 3'000'000))) ==
        ErrorCode::none);
  CHECK(error(produce_request("a", 0, some_batch(1, {}, {}, world.now.wall + 7'200'000))) ==
        ErrorCode::invalid_timestamp);
}

TEST_CASE("produce: without acknowledgement there is no response, and an error closes") {
  EngineWorld world;
  world.create_topic("a");
  const ConnectionId client = world.connect();
  world.send(client, produce_request("a", 0, some_batch(), 0), 9);
  CHECK_FALSE(world.take_frame(client));
  CHECK(world.log("a").log_end_offset() == 1);
  // Answers behind it keep their order.
  CHECK(error_of(world.call(client, produce_request("a", 0, some_batch()), 9)) == ErrorCode::none);
  world.send(client, produce_request("missing", 0, some_batch(), 0), 9);
  CHECK_FALSE(world.take_frame(client));
  CHECK(world.closed(client));
}

TEST_CASE("produce: a repeated batch is acknowledged with its first offset") {
  EngineWorld world;
  world.create_topic("a");
  const ConnectionId client = world.connect();
  const BytesView first = some_batch(3, {7, 0, 0, false});
  const BytesView second = some_batch(1, {7, 0, 3, false});
  CHECK(only(world.call(client, produce_request("a", 0, first), 9)).base_offset == 0);
  CHECK(only(world.call(client, produce_request("a", 0, second), 9)).base_offset == 3);
  CHECK(only(world.call(client, produce_request("a", 0, first), 9)).base_offset == 0);
  CHECK(world.log("a").log_end_offset() == 4);
  const BytesView gap = some_batch(1, {7, 0, 9, false});
  CHECK(error_of(world.call(client, produce_request("a", 0, gap), 9)) ==
        ErrorCode::out_of_order_sequence_number);
}

TEST_CASE("produce: with LogAppendTime records get the broker's time") {
  EngineWorld world;
  world.create_topic("a", 1, {{"message.timestamp.type", "LogAppendTime"}});
  const auto response =
      world.call(world.connect(), produce_request("a", 0, some_batch(2, {}, {}, 5)), 9);
  CHECK(only(response).log_append_time_ms == world.now.wall);
  const auto fetched = world.call(world.connect(), fetch_request("a", 0, 0), 12);
  const auto records =
      barnabas::test::read_all(fetched.responses[0].partitions[0].records.contiguous());
  REQUIRE(records);
  CHECK((*records)[1].timestamp == world.now.wall);
}

TEST_CASE("produce: acks=all waits for fsync when that is the policy, acks=1 does not") {
  BrokerSettings settings;
  settings.storage.fsync = storage::FsyncPolicy::always;
  EngineWorld world(settings);
  world.create_topic("a");
  world.sync_at_once = false;
  const ConnectionId client = world.connect();
  world.send(client, produce_request("a", 0, some_batch(), -1), 9);
  world.send(client, produce_request("a", 0, some_batch(), 1), 9);
  CHECK_FALSE(world.take_frame(client));
  world.deliver_disk();
  const auto all = world.receive<ProduceRequest>(client, 9);
  REQUIRE(all);
  CHECK(error_of(*all) == ErrorCode::none);
  CHECK(only(*world.receive<ProduceRequest>(client, 9)).base_offset == 1);

  world.deliver_disk();
  const ConnectionId other = world.connect();
  CHECK(only(world.call(other, produce_request("a", 0, some_batch(), 1), 9)).base_offset == 2);
}

TEST_CASE("produce: a disk that does not answer in time is a time-out") {
  BrokerSettings settings;
  settings.storage.fsync = storage::FsyncPolicy::always;
  EngineWorld world(settings);
  world.create_topic("a");
  world.sync_at_once = false;
  const ConnectionId client = world.connect();
  world.send(client, produce_request("a", 0, some_batch()), 9);
  world.pass(999ms);
  CHECK_FALSE(world.take_frame(client));
  world.pass(1ms);
  const auto response = world.receive<ProduceRequest>(client, 9);
  REQUIRE(response);
  CHECK(error_of(*response) == ErrorCode::request_timed_out);
  CHECK(only(*response).base_offset == -1);
}

TEST_CASE("produce: the wrong node says who leads") {
  EngineWorld world(with_nodes(2));
  world.create_topic("a");
  const NodeId leader = world.topic("a").partitions[0].leader;
  const auto response =
      world.call(world.connect(3 - leader), produce_request("a", 0, some_batch()), 12);
  CHECK(error_of(response) == ErrorCode::not_leader_or_follower);
  CHECK(only(response).current_leader.leader_id == leader);
  REQUIRE(response.node_endpoints.size() == 1);
  CHECK(response.node_endpoints[0].node_id == leader);
  CHECK(response.node_endpoints[0].port == 9000 + 10 * leader);
}

TEST_CASE("produce: versions before 3 are refused in their own form") {
  EngineWorld world;
  world.create_topic("a");
  const ConnectionId client = world.connect();
  // Produce v2: correlation id 9, client "x", acks 1, timeout 0, topic "a", partition 0, no
  // records.
  const std::string request(
      "\0\0\0\x24\0\0\0\2\0\0\0\x9\0\1x\0\1\0\0\0\0\0\0\0\1\0\1a\0\0\0\1\0\0\0\0\0\0\0\0", 40);
  world.send_bytes(client, BytesView(request));
  const auto frame = world.take_frame(client);
  REQUIRE(frame);
  const std::string expected(
      "\0\0\0\x9\0\0\0\1\0\1a\0\0\0\1\0\0\0\0\0\x23"
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
      "\0\0\0\0",
      41);
  CHECK(*frame == BytesView(expected));
  CHECK_FALSE(world.closed(client));
  std::string unacknowledged = request;
  unacknowledged[16] = 0;
  world.send_bytes(client, BytesView(unacknowledged));
  CHECK(world.closed(client));
}

}  // namespace
}  // namespace barnabas::broker::test
