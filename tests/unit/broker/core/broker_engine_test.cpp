#include "broker/src/core/broker_engine.hpp"

#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/init_producer_id.hpp"
#include "tests/unit/broker/support/engine_world.hpp"
#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

#include <string>

namespace barnabas::broker::test {
namespace {

using protocol::FetchRequest;
using protocol::HeartbeatRequest;
using protocol::InitProducerIdRequest;
using protocol::MetadataRequest;
using protocol::ProduceRequest;

struct World : EngineWorld {
  explicit World(BrokerSettings settings = {}) : EngineWorld(std::move(settings)) {
    create_topic("a", 2);
    client = connect();
  }
  ErrorCode produce(std::int32_t partition = 0) {
    return call(client, produce_request("a", partition, some_batch()), 9)
        .responses.at(0)
        .partition_responses.at(0)
        .error_code;
  }
  std::int64_t end(std::int32_t partition = 0) { return log("a", partition).log_end_offset(); }
  ConnectionId client{};
};

std::string with_size(std::string_view body) {
  std::string frame(4, '\0');
  frame[2] = static_cast<char>(body.size() >> 8);
  frame[3] = static_cast<char>(body.size());
  return frame.append(body);
}

TEST_CASE("broker_engine: requests that cannot be understood close only their own connection") {
  World world;
  const std::string bad[] = {
      with_size(std::string("\x01\x00\0\0\0\0\0\1\0\0", 10)),          // unknown API
      with_size(std::string("\0\3\0\x63\0\0\0\1\0\0", 10)),            // Metadata version 99
      with_size(std::string("\0\3\0\1\0\0\0\1\0\0\0\0\xff\xff", 14)),  // more topics than bytes
      with_size("\0"),                                                 // no header
      std::string("\x7f\xff\xff\xff", 4),                              // 2 GiB
      std::string("\xff\xff\xff\xff", 4),                              // negative
      "GET / HTTP/1.1\r\n\r\n"};
  for (const std::string& bytes : bad) {
    CAPTURE(bytes.size());
    const ConnectionId victim = world.connect();
    world.send_bytes(victim, BytesView(bytes));
    CHECK(world.closed(victim));
    CHECK_FALSE(world.take_frame(victim));
  }
  CHECK(world.lines.size() <= std::size(bad));
  CHECK_FALSE(world.lines.empty());
  CHECK(world.produce() == ErrorCode::none);
}

TEST_CASE("broker_engine: pipelined requests are answered in order around a long poll") {
  World world;
  const auto fetch = world.send(world.client, fetch_request("a", 0, 0, 1000), 12);
  const auto metadata = world.send(world.client, metadata_request({"a"}), 9);
  CHECK_FALSE(world.take_frame(world.client));
  const ConnectionId producer = world.connect();
  world.call(producer, produce_request("a", 0, some_batch()), 9);
  CHECK(world.receive<FetchRequest>(world.client, 12, fetch));
  CHECK(world.receive<MetadataRequest>(world.client, 9, metadata));
}

TEST_CASE("broker_engine: injected errors take the place of the effect, as often as they say") {
  World world;
  const FaultId fault = world.engine().inject(
      Fault::error(ApiKey::Produce, ErrorCode::not_leader_or_follower).times(2));
  CHECK(world.produce() == ErrorCode::not_leader_or_follower);
  CHECK(world.produce() == ErrorCode::not_leader_or_follower);
  CHECK(world.end() == 0);
  CHECK(world.produce() == ErrorCode::none);
  CHECK(world.engine().fault_hits(fault) == 2);
}

TEST_CASE("broker_engine: an injected error for one partition leaves the others alone") {
  World world;
  world.engine().inject(
      Fault::error(ApiKey::Produce, ErrorCode::kafka_storage_error).topic("a").partition(1));
  ProduceRequest request = produce_request("a", 0, some_batch());
  request.topic_data[0].partition_data.push_back({1, some_batch()});
  const auto response = world.call(world.client, request, 9);
  CHECK(response.responses[0].partition_responses[0].error_code == ErrorCode::none);
  CHECK(response.responses[0].partition_responses[1].error_code == ErrorCode::kafka_storage_error);
  CHECK(world.end(0) == 1);
  CHECK(world.end(1) == 0);
}

TEST_CASE("broker_engine: injected errors reach every kind of request") {
  World world;
  world.engine().inject(Fault::error(any_api, ErrorCode::cluster_authorization_failed).always());
  constexpr auto expected = ErrorCode::cluster_authorization_failed;
  CHECK(world.produce() == expected);
  CHECK(world.call(world.client, fetch_request("a", 0, 0, 9000), 12)
            .responses.at(0)
            .partitions.at(0)
            .error_code == expected);
  CHECK(world.call(world.client, metadata_request({"a"}), 9).topics.at(0).error_code == expected);
  CHECK(world.call(world.client, InitProducerIdRequest(), 4).error_code == expected);
  CHECK(world.call(world.client, HeartbeatRequest(), 4).error_code == expected);
}

TEST_CASE("broker_engine: a session's fetch can be struck by the topics it does not name") {
  World world;
  FetchRequest full = fetch_request("a", 0, 0);
  full.session_epoch = 0;
  FetchRequest next;
  next.session_id = world.call(world.client, full, 12).session_id;
  next.session_epoch = 1;
  next.max_wait_ms = 60000;
  next.min_bytes = 1;
  world.engine().inject(
      Fault::error(ApiKey::Fetch, ErrorCode::offset_out_of_range).topic("a").partition(0));
  const auto response = world.call(world.client, next, 12);
  CHECK(response.responses.at(0).partitions.at(0).error_code == ErrorCode::offset_out_of_range);
}

TEST_CASE("broker_engine: a delayed request takes effect late, and what follows waits behind it") {
  World world;
  world.engine().inject(Fault::delay(ApiKey::Produce, 50ms));
  world.send(world.client, produce_request("a", 0, some_batch(2)), 9);
  world.send(world.client, produce_request("a", 0, some_batch(1)), 9);
  CHECK(world.end() == 0);
  world.pass(50ms);
  CHECK(world.end() == 3);
  const auto first = world.receive<ProduceRequest>(world.client, 9);
  REQUIRE(first);
  CHECK(first->responses[0].partition_responses[0].base_offset == 0);
  CHECK(world.receive<ProduceRequest>(world.client, 9));
}

TEST_CASE("broker_engine: a held request goes on when it is released; others are not held up") {
  World world;
  const FaultId hold = world.engine().inject(Fault::hold(ApiKey::Produce).client("test"));
  world.send(world.client, produce_request("a", 0, some_batch()), 9);
  world.pass(1min);
  CHECK(world.end() == 0);
  const ConnectionId other = world.connect();
  CHECK(world.call(other, metadata_request({"a"}), 9).topics.size() == 1);
  world.engine().release(world.now, hold);
  CHECK(world.end() == 1);
  CHECK(world.receive<ProduceRequest>(world.client, 9));
}

TEST_CASE("broker_engine: dropped requests and responses leave the connection silent") {
  World world;
  world.engine().inject(Fault::drop_request(ApiKey::Produce));
  world.send(world.client, produce_request("a", 0, some_batch()), 9);
  CHECK(world.end() == 0);
  world.send(world.client, metadata_request({"a"}), 9);
  CHECK_FALSE(world.take_frame(world.client));

  const ConnectionId second = world.connect();
  world.engine().inject(Fault::drop_response(ApiKey::Produce));
  world.send(second, produce_request("a", 0, some_batch()), 9);
  CHECK(world.end() == 1);
  world.send(second, metadata_request({"a"}), 9);
  CHECK_FALSE(world.take_frame(second));
  CHECK_FALSE(world.closed(second));
}

TEST_CASE("broker_engine: disconnects before and after the effect") {
  World world;
  world.engine().inject(Fault::disconnect_before(ApiKey::Produce));
  world.send(world.client, produce_request("a", 0, some_batch()), 9);
  CHECK(world.closed(world.client));
  CHECK(world.end() == 0);
  const ConnectionId second = world.connect();
  world.engine().inject(Fault::disconnect_after(ApiKey::Produce));
  world.send(second, produce_request("a", 0, some_batch()), 9);
  CHECK(world.closed(second));
  CHECK(world.end() == 1);
  CHECK_FALSE(world.take_frame(second));
  CHECK(world.lines.empty());
}

TEST_CASE("broker_engine: damaged responses") {
  World world;
  world.engine().inject(Fault::cut_response(ApiKey::Metadata, 10));
  world.send(world.client, metadata_request({"a"}), 9);
  CHECK(world.network.take_written(world.client).size() == 10);
  CHECK(world.closed(world.client));

  const ConnectionId second = world.connect();
  world.engine().inject(Fault::wrong_correlation_id(ApiKey::Metadata));
  const auto correlation = world.send(second, metadata_request({"a"}), 9);
  const auto frame = world.take_frame(second);
  REQUIRE(frame);
  CHECK(wire::peek_correlation_id(*frame).value() != correlation);
}

TEST_CASE("broker_engine: delayed responses keep their order") {
  World world;
  world.engine().inject(Fault::delay_response(ApiKey::Produce, 20ms));
  world.send(world.client, produce_request("a", 0, some_batch()), 9);
  world.send(world.client, metadata_request({"a"}), 9);
  CHECK(world.end() == 1);
  CHECK_FALSE(world.take_frame(world.client));
  world.pass(20ms);
  CHECK(world.receive<ProduceRequest>(world.client, 9));
  CHECK(world.receive<MetadataRequest>(world.client, 9));
}

TEST_CASE("broker_engine: interceptors see requests and decide") {
  World world;
  std::vector<std::string> seen;
  world.engine().intercept(ApiKey::Produce, [&](const RequestInfo& request) {
    for (const TopicPartition& partition : request.partitions) {
      seen.push_back(to_string(partition));
    }
    CHECK(request.version == 9);
    CHECK(request.client_id == "test");
    CHECK(request.text.find("topic_data") != std::string_view::npos);
    Verdict verdict;
    if (seen.size() == 2) verdict.error = ErrorCode::message_too_large;
    return verdict;
  });
  CHECK(world.produce(0) == ErrorCode::none);
  CHECK(world.produce(1) == ErrorCode::message_too_large);
  CHECK(seen == std::vector<std::string>{"a[0]", "a[1]"});
}

TEST_CASE("broker_engine: the old leader refuses, the new one serves") {
  World world(with_nodes(2));
  const NodeId old_leader = world.topic("a").partitions[0].leader;
  const NodeId new_leader = 3 - old_leader;
  const std::int32_t epoch = world.log("a").leader_epoch();
  REQUIRE(world.engine().move_leader(world.now, {"a", 0}, new_leader));
  CHECK(world.log("a").leader_epoch() == epoch + 1);
  const auto error_at = [&](NodeId node) {
    return world.call(world.connect(node), produce_request("a", 0, some_batch()), 9)
        .responses.at(0)
        .partition_responses.at(0)
        .error_code;
  };
  CHECK(error_at(old_leader) == ErrorCode::not_leader_or_follower);
  CHECK(error_at(new_leader) == ErrorCode::none);
  CHECK_FALSE(world.engine().move_leader(world.now, {"a", 0}, 7));
  CHECK_FALSE(world.engine().move_leader(world.now, {"a", 9}, 1));
}

TEST_CASE("broker_engine: a stopped node drops its connections and takes none") {
  World world(with_nodes(2));
  const ConnectionId one = world.connect(1), two = world.connect(2);
  REQUIRE(world.engine().stop_node(world.now, 2));
  CHECK_FALSE(world.closed(one));
  CHECK(world.closed(two));
  CHECK(world.closed(world.connect(2)));
  for (const Partition& partition : world.topic("a").partitions) CHECK(partition.leader == 1);
  REQUIRE(world.engine().start_node(world.now, 2));
  CHECK_FALSE(world.closed(world.connect(2)));
}

TEST_CASE("broker_engine: data survives a restart, and a crash when it was synced") {
  BrokerSettings settings;
  settings.storage.fsync = storage::FsyncPolicy::always;
  World world(settings);
  CHECK(world.produce() == ErrorCode::none);
  world.restart();
  CHECK(world.end() == 1);
  world.client = world.connect();
  CHECK(world.produce() == ErrorCode::none);
  world.crash();
  CHECK(world.end() == 2);
}

TEST_CASE("broker_engine: stopping answers nobody and keeps everything") {
  World world;
  CHECK(world.produce() == ErrorCode::none);
  world.send(world.client, fetch_request("a", 1, 0, 60000), 12);
  world.engine().stop(world.now);
  CHECK(world.closed(world.client));
  world.deliver_disk();
  CHECK(world.engine().state() == BrokerEngine::State::stopped);
}

}  // namespace
}  // namespace barnabas::broker::test
