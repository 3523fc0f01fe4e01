#include "protocol/transport/request_queue.hpp"

#include "tests/support/script_network.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace barnabas;
using network::ConnectionId;
using transport::RequestQueue;

namespace {

wire::GatherBuffer bytes(const char* text) {
  wire::GatherBuffer buffer;
  buffer.append(BytesView(text).span());
  return buffer;
}

}  // namespace

TEST_CASE("requests are replayed in order, each once") {
  RequestQueue queue;
  const network::Address address = network::parse_literal("10.0.0.1", 9092).front();
  queue.resolve(network::LookupId{7}, "kafka", 9092);
  queue.connect(ConnectionId{1}, address);
  queue.write(ConnectionId{1}, bytes("a"));
  queue.write(ConnectionId{1}, bytes("b"));
  queue.connect(ConnectionId{2}, address);
  queue.pause_reading(ConnectionId{2});
  queue.connect(ConnectionId{3}, address);
  queue.pause_reading(ConnectionId{3});
  queue.resume_reading(ConnectionId{3});
  queue.close_after_writes(ConnectionId{3});
  queue.close(ConnectionId{1});
  queue.write(ConnectionId{1}, bytes("after the close"));
  CHECK(!queue.empty());

  std::vector<RequestQueue::Request> batch;
  queue.take(batch);
  CHECK(queue.empty());
  test::ScriptNetwork network;
  replay(batch, network);
  CHECK(batch.empty());
  REQUIRE(network.lookups.size() == 1);
  CHECK(network.lookups.front().id == network::LookupId{7});
  CHECK(network.lookups.front().host == "kafka");
  CHECK(network.connects ==
        std::vector<ConnectionId>{ConnectionId{1}, ConnectionId{2}, ConnectionId{3}});
  CHECK(network.connections[ConnectionId{1}].address == address);
  CHECK(BytesView(std::span<const std::byte>(network.connections[ConnectionId{1}].written)) ==
        BytesView("ab"));
  CHECK(network.connections[ConnectionId{1}].closed);
  CHECK(network.connections[ConnectionId{2}].paused);
  CHECK(!network.connections[ConnectionId{2}].closed);
  CHECK(!network.connections[ConnectionId{3}].paused);
  CHECK(network.connections[ConnectionId{3}].closed);
}

TEST_CASE("it knows which connections must hear nothing until the requests are taken") {
  RequestQueue queue;
  queue.close(ConnectionId{1});
  queue.close_after_writes(ConnectionId{2});
  queue.pause_reading(ConnectionId{3});
  queue.pause_reading(ConnectionId{4});
  queue.resume_reading(ConnectionId{4});
  CHECK(queue.closes(ConnectionId{1}));
  CHECK(queue.closes(ConnectionId{2}));
  CHECK(!queue.closes(ConnectionId{3}));
  CHECK(queue.stops_reading(ConnectionId{1}));
  CHECK(queue.stops_reading(ConnectionId{3}));
  CHECK(!queue.stops_reading(ConnectionId{4}));
  std::vector<RequestQueue::Request> batch;
  queue.take(batch);
  CHECK(!queue.closes(ConnectionId{1}));
  CHECK(!queue.stops_reading(ConnectionId{3}));
}

TEST_CASE("holding is pausing, where it is allowed") {
  RequestQueue queue;
  CHECK(queue.hold_reading(ConnectionId{1}));
  CHECK(queue.stops_reading(ConnectionId{1}));
  queue.allow_holds(false);
  CHECK_FALSE(queue.hold_reading(ConnectionId{2}));
  CHECK_FALSE(queue.stops_reading(ConnectionId{2}));
  std::vector<RequestQueue::Request> batch;
  queue.take(batch);
  CHECK(batch.size() == 1);
}
