#include "protocol/messages/fetch.hpp"

#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::test {
namespace {

using protocol::FetchRequest;
using protocol::FetchResponse;
using protocol::ProduceRequest;

FetchResponse::PartitionData only(const FetchResponse& response) {
  REQUIRE(response.responses.size() == 1);
  REQUIRE(response.responses[0].partitions.size() == 1);
  return response.responses[0].partitions[0];
}

struct FetchWorld : EngineWorld {
  explicit FetchWorld(BrokerSettings settings = {}) : EngineWorld(std::move(settings)) {
    create_topic("a", 3);
    producer = connect();
    client = connect();
  }
  void produce(std::int32_t partition = 0, std::int32_t count = 1) {
    const auto response = call(producer, produce_request("a", partition, some_batch(count)), 9);
    REQUIRE(response.responses[0].partition_responses[0].error_code == ErrorCode::none);
  }
  std::size_t batch_size() { return some_batch(1).size(); }

  ConnectionId producer{};
  ConnectionId client{};
};

void add_partition(FetchRequest& request, std::int32_t partition, std::int64_t offset) {
  auto wanted = request.topics[0].partitions[0];
  wanted.partition = partition;
  wanted.fetch_offset = offset;
  request.topics[0].partitions.push_back(wanted);
}

TEST_CASE("fetch: every version reads from the batch that holds the offset") {
  FetchWorld world;
  world.produce(0, 3);
  world.produce(0, 2);
  for (std::int16_t version = 4; version <= 18; ++version) {
    FetchRequest request = fetch_request("a", 0, 1);
    if (version >= 13) request.topics[0].topic_id = world.topic("a").id;
    const auto response = world.call(world.client, request, version);
    CHECK(response.error_code == ErrorCode::none);
    const auto data = only(response);
    CHECK(data.error_code == ErrorCode::none);
    CHECK(data.high_watermark == 5);
    CHECK(offsets_in(data) == std::vector<std::int64_t>{0, 1, 2, 3, 4});
  }
}

TEST_CASE("fetch: a long poll is answered the moment data arrives") {
  FetchWorld world;
  const auto correlation = world.send(world.client, fetch_request("a", 0, 0, 5000), 12);
  CHECK_FALSE(world.take_frame(world.client));
  world.produce(1);
  CHECK_FALSE(world.take_frame(world.client));
  world.produce(0);
  const auto response = world.receive<FetchRequest>(world.client, 12, correlation);
  REQUIRE(response);
  CHECK(offsets_in(only(*response)) == std::vector<std::int64_t>{0});
}

TEST_CASE("fetch: without data a long poll ends at its deadline, empty") {
  FetchWorld world;
  world.send(world.client, fetch_request("a", 0, 0, 500), 12);
  world.pass(499ms);
  CHECK_FALSE(world.take_frame(world.client));
  world.pass(1ms);
  const auto response = world.receive<FetchRequest>(world.client, 12);
  REQUIRE(response);
  CHECK(only(*response).records.empty());
  CHECK_FALSE(only(*response).records.is_null());
  CHECK(only(*response).high_watermark == 0);
}

TEST_CASE("fetch: min_bytes counts what arrives over all partitions") {
  FetchWorld world;
  FetchRequest request = fetch_request("a", 0, 0, 5000);
  add_partition(request, 1, 0);
  request.min_bytes = static_cast<std::int32_t>(3 * world.batch_size());
  world.produce(0);
  world.send(world.client, request, 12);
  world.produce(1);
  world.produce(2);
  CHECK_FALSE(world.take_frame(world.client));
  world.produce(0);
  const auto response = world.receive<FetchRequest>(world.client, 12);
  REQUIRE(response);
  REQUIRE(response->responses[0].partitions.size() == 2);
  CHECK(offsets_in(response->responses[0].partitions[0]) == std::vector<std::int64_t>{0, 1});
  CHECK(offsets_in(response->responses[0].partitions[1]) == std::vector<std::int64_t>{0});
}

TEST_CASE("fetch: limits are soft for the first batch only") {
  FetchWorld world;
  for (int i = 0; i < 3; ++i) {
    world.produce(0);
    world.produce(1);
  }
  FetchRequest request = fetch_request("a", 0, 0);
  add_partition(request, 1, 0);
  request.max_bytes = 1;
  auto response = world.call(world.client, request, 12);
  CHECK(offsets_in(response.responses[0].partitions[0]) == std::vector<std::int64_t>{0});
  CHECK(response.responses[0].partitions[1].records.empty());
  CHECK(response.responses[0].partitions[1].high_watermark == 3);

  request.max_bytes = 1 << 20;
  for (auto& partition : request.topics[0].partitions) {
    partition.partition_max_bytes = static_cast<std::int32_t>(2 * world.batch_size());
  }
  response = world.call(world.client, request, 12);
  for (const auto& data : response.responses[0].partitions) {
    CHECK(offsets_in(data) == std::vector<std::int64_t>{0, 1});
  }
}

TEST_CASE("fetch: offsets out of range, unknown and foreign partitions, leader epochs") {
  FetchWorld world;
  world.produce();
  const auto error = [&](const FetchRequest& request, std::int16_t version = 12) {
    return only(world.call(world.client, request, version)).error_code;
  };
  CHECK(error(fetch_request("a", 0, 2)) == ErrorCode::offset_out_of_range);
  CHECK(error(fetch_request("a", 0, -1)) == ErrorCode::offset_out_of_range);
  CHECK(error(fetch_request("a", 0, 1)) == ErrorCode::none);
  CHECK(error(fetch_request("a", 9, 0)) == ErrorCode::unknown_topic_or_partition);
  CHECK(error(fetch_request("b", 0, 0)) == ErrorCode::unknown_topic_or_partition);
  FetchRequest by_id = fetch_request("", 0, 0);
  by_id.topics[0].topic_id = Uuid(4, 5);
  CHECK(error(by_id, 13) == ErrorCode::unknown_topic_id);

  const std::int32_t epoch = world.log("a").leader_epoch();
  REQUIRE(world.engine().move_leader(world.now, {"a", 0}, 1));
  FetchRequest with_epoch = fetch_request("a", 0, 0);
  with_epoch.topics[0].partitions[0].current_leader_epoch = epoch;
  CHECK(error(with_epoch) == ErrorCode::fenced_leader_epoch);
  with_epoch.topics[0].partitions[0].current_leader_epoch = epoch + 1;
  CHECK(error(with_epoch) == ErrorCode::none);
  with_epoch.topics[0].partitions[0].current_leader_epoch = epoch + 2;
  CHECK(error(with_epoch) == ErrorCode::unknown_leader_epoch);
}

TEST_CASE("fetch: a reader that went another way than the log is told where they part") {
  FetchWorld world;
  world.produce(0, 4);
  const std::int32_t epoch = world.log("a").leader_epoch();
  REQUIRE(world.engine().move_leader(world.now, {"a", 0}, 1));
  world.produce(0, 1);
  FetchRequest request = fetch_request("a", 0, 5);
  request.topics[0].partitions[0].last_fetched_epoch = epoch;
  const auto data = only(world.call(world.client, request, 12));
  CHECK(data.diverging_epoch.epoch == epoch);
  CHECK(data.diverging_epoch.end_offset == 4);
  CHECK(data.records.empty());
}

TEST_CASE("fetch: moving the leader ends a long poll at the old one") {
  FetchWorld world(with_nodes(2));
  const NodeId old_leader = world.topic("a").partitions[0].leader;
  const ConnectionId client = world.connect(old_leader);
  FetchRequest request = fetch_request("a", 0, 0, 60000);
  request.topics[0].topic_id = world.topic("a").id;
  world.send(client, request, 16);
  REQUIRE(world.engine().move_leader(world.now, {"a", 0}, 3 - old_leader));
  const auto response = world.receive<FetchRequest>(client, 16);
  REQUIRE(response);
  CHECK(only(*response).error_code == ErrorCode::not_leader_or_follower);
  CHECK(only(*response).current_leader.leader_id == 3 - old_leader);
  CHECK(only(*response).current_leader.leader_epoch == world.log("a").leader_epoch());
  REQUIRE(response->node_endpoints.size() == 1);
  CHECK(response->node_endpoints[0].node_id == 3 - old_leader);
}

TEST_CASE("fetch: deleting the topic ends a long poll") {
  FetchWorld world;
  world.send(world.client, fetch_request("a", 0, 0, 60000), 12);
  REQUIRE(world.engine().delete_topic(world.now, "a"));
  const auto response = world.receive<FetchRequest>(world.client, 12);
  REQUIRE(response);
  CHECK(only(*response).error_code == ErrorCode::unknown_topic_or_partition);
}

TEST_CASE("fetch: a long poll is forgotten with its connection") {
  FetchWorld world;
  world.send(world.client, fetch_request("a", 0, 0, 60000), 12);
  world.engine().on_closed(world.now, world.client, {ErrorCode::disconnected});
  world.produce();
  world.pass(61s);
  CHECK_FALSE(world.take_frame(world.client));
}

TEST_CASE("fetch: a session answers with news only, and rotates what was served") {
  FetchWorld world;
  FetchRequest full = fetch_request("a", 0, 0);
  add_partition(full, 1, 0);
  full.session_epoch = 0;
  const auto opened = world.call(world.client, full, 12);
  REQUIRE(opened.session_id > 0);
  CHECK(opened.responses[0].partitions.size() == 2);

  FetchRequest next;
  next.max_wait_ms = 0;
  next.min_bytes = 1;
  next.session_id = opened.session_id;
  next.session_epoch = 1;
  CHECK(world.call(world.client, next, 12).responses.empty());

  world.produce(1);
  ++next.session_epoch;
  const auto news = world.call(world.client, next, 12);
  CHECK(news.session_id == opened.session_id);
  CHECK(only(news).partition_index == 1);
  CHECK(offsets_in(only(news)) == std::vector<std::int64_t>{0});

  // The offset moved on, so there is no news but what is read again until the client says so.
  FetchRequest moved = next;
  ++moved.session_epoch;
  moved.topics = fetch_request("a", 1, 1).topics;
  CHECK(world.call(world.client, moved, 12).responses.empty());

  FetchRequest forget = next;
  forget.session_epoch = 4;
  auto& forgotten = forget.forgotten_topics_data.emplace_back();
  forgotten.topic = "a";
  forgotten.partitions = {1};
  world.produce(1);
  CHECK(world.call(world.client, forget, 12).responses.empty());
}

TEST_CASE("fetch: an incremental long poll waits for any partition of its session") {
  FetchWorld world;
  FetchRequest full = fetch_request("a", 0, 0);
  add_partition(full, 2, 0);
  full.session_epoch = 0;
  const auto opened = world.call(world.client, full, 7);
  FetchRequest next;
  next.max_wait_ms = 5000;
  next.min_bytes = 1;
  next.session_id = opened.session_id;
  next.session_epoch = 1;
  world.send(world.client, next, 7);
  CHECK_FALSE(world.take_frame(world.client));
  world.produce(2);
  const auto response = world.receive<FetchRequest>(world.client, 7);
  REQUIRE(response);
  CHECK(only(*response).partition_index == 2);
}

TEST_CASE("fetch: session errors have no partitions and no session") {
  FetchWorld world;
  FetchRequest full = fetch_request("a", 0, 0);
  full.session_epoch = 0;
  const std::int32_t id = world.call(world.client, full, 12).session_id;
  FetchRequest next;
  next.session_id = id;
  next.session_epoch = 2;
  const auto wrong_epoch = world.call(world.client, next, 12);
  CHECK(wrong_epoch.error_code == ErrorCode::invalid_fetch_session_epoch);
  CHECK(wrong_epoch.session_id == 0);
  next.session_epoch = 1;
  CHECK(world.call(world.client, next, 13).error_code == ErrorCode::fetch_session_topic_id_error);
  FetchRequest close = fetch_request("a", 0, 0);
  close.session_id = id;
  close.session_epoch = -1;
  CHECK(world.call(world.client, close, 12).session_id == 0);
  CHECK(world.call(world.client, next, 12).error_code == ErrorCode::fetch_session_id_not_found);
}

TEST_CASE("fetch: read_committed lists aborted transactions, read_uncommitted has none to list") {
  FetchWorld world;
  world.produce();
  FetchRequest request = fetch_request("a", 0, 0);
  CHECK_FALSE(only(world.call(world.client, request, 12)).aborted_transactions);
  request.isolation_level = 1;
  const auto data = only(world.call(world.client, request, 12));
  REQUIRE(data.aborted_transactions);
  CHECK(data.aborted_transactions->empty());
  CHECK(data.last_stable_offset == 1);
  CHECK(offsets_in(data) == std::vector<std::int64_t>{0});
}

TEST_CASE("fetch: data is visible once it is stored as the policy demands") {
  BrokerSettings settings;
  settings.storage.fsync = storage::FsyncPolicy::always;
  FetchWorld world(settings);
  world.sync_at_once = false;
  world.send(world.client, fetch_request("a", 0, 0, 5000), 12);
  world.send(world.producer, produce_request("a", 0, some_batch(), 1), 9);
  CHECK(world.take_frame(world.producer));
  CHECK_FALSE(world.take_frame(world.client));
  world.deliver_disk();
  const auto response = world.receive<FetchRequest>(world.client, 12);
  REQUIRE(response);
  CHECK(offsets_in(only(*response)) == std::vector<std::int64_t>{0});
}

}  // namespace
}  // namespace barnabas::broker::test
