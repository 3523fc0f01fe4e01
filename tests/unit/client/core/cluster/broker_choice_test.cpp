#include "client/src/core/cluster/broker_choice.hpp"

#include "protocol/messages/api_versions.hpp"
#include "protocol/wire/request_frame.hpp"
#include "tests/support/script_network.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <span>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using namespace barnabas::client;

namespace {

struct Silent final : ConnectionEvents {
  void on_connection_ready(const Now&, Connection&) override {}
  Result<void> on_response(const Now&, Connection&, const SentRequest&, const wire::Reader&,
                           std::shared_ptr<const void>) override {
    return {};
  }
  void on_connection_lost(const Now&, Connection&, const std::vector<SentRequest>&,
                          const Error&) override {}
};

// Three channels, closed and free to be opened.
struct World {
  void open(std::size_t index) {
    Channel& channel = *channels[index];
    channel.opened_at = now.monotonic;
    channel.connection.open(now, {"kafka", 9092});
  }
  // Opened and negotiated.
  void ready(std::size_t index) {
    open(index);
    Connection& connection = channels[index]->connection;
    network::Address address;
    address.bytes[0] = 10;
    connection.on_resolved(now, std::vector{address});
    connection.on_connected(now);
    const std::vector<std::byte> answer =
        wire::encode_response(protocol::ApiVersionsResponse(), 4, 1)->flatten();
    std::size_t taken = 0;
    while (taken < answer.size()) {
      const std::span<std::byte> room = connection.receive_buffer();
      const std::size_t count = std::min(room.size(), answer.size() - taken);
      std::copy_n(answer.begin() + static_cast<std::ptrdiff_t>(taken), count, room.begin());
      taken += count;
      connection.on_received(now, count);
    }
    REQUIRE(channels[index]->is_ready());
  }
  BrokerChoice choose() { return choose_broker(all(), now, random); }
  std::vector<Channel*> all() { return {channels[0].get(), channels[1].get(), channels[2].get()}; }
  std::size_t index_of(const Channel* channel) {
    for (std::size_t i = 0; i < 3; ++i) {
      if (channels[i].get() == channel) return i;
    }
    return 99;
  }
  // Everything that many choices may come to.
  std::set<std::size_t> used() {
    std::set<std::size_t> used;
    for (int i = 0; i < 200; ++i) used.insert(index_of(choose().use));
    return used;
  }
  std::set<std::size_t> opened() {
    std::set<std::size_t> opened;
    for (int i = 0; i < 200; ++i) opened.insert(index_of(choose().open));
    return opened;
  }

  Now now{Instant(1h), 0};
  Random random{3};
  ClusterOptions options;
  barnabas::test::ScriptNetwork network;
  Silent events;
  ConnectionContext context{options, network, random, events};
  std::vector<std::unique_ptr<Channel>> channels = [this] {
    std::vector<std::unique_ptr<Channel>> made;
    for (NodeId node = 0; node < 3; ++node) {
      made.push_back(std::make_unique<Channel>(context, node, Lane::general));
    }
    return made;
  }();
};

using Indexes = std::set<std::size_t>;

}  // namespace

TEST_CASE_FIXTURE(World, "broker choice: any of several that are ready and equally busy") {
  ready(0);
  ready(2);
  CHECK(used() == Indexes{0, 2});
  CHECK(choose().open == nullptr);
  CHECK_FALSE(choose().hopeless);
}

TEST_CASE_FIXTURE(World, "broker choice: the fewest requests under way or waiting") {
  for (std::size_t i = 0; i < 3; ++i) ready(i);
  channels[0]->waiting.push_back(RequestId{1});
  channels[1]->connection.write(now, {}, SentRequest{}, true);
  CHECK(used() == Indexes{2});
  channels[2]->waiting.assign(2, RequestId{1});
  CHECK(used() == Indexes{0, 1});
}

TEST_CASE_FIXTURE(World, "broker choice: a throttled one only when there is no other") {
  ready(0);
  channels[0]->throttled_until = now.monotonic + 1s;
  CHECK(used() == Indexes{0});
  ready(1);
  channels[1]->waiting.assign(9, RequestId{1});
  CHECK(used() == Indexes{1});
  now.monotonic += 1s;
  CHECK(used() == Indexes{0});
}

TEST_CASE_FIXTURE(World, "broker choice: with nothing ready any one is opened") {
  CHECK(opened() == Indexes{0, 1, 2});
  CHECK(choose().use == nullptr);
  CHECK_FALSE(choose().hopeless);
}

TEST_CASE_FIXTURE(World, "broker choice: an attempt gets a second before the next one beside it") {
  open(1);
  BrokerChoice choice = choose();
  CHECK(choice.open == nullptr);
  CHECK_FALSE(choice.hopeless);
  CHECK(choice.look_again == now.monotonic + 1s);
  now.monotonic += 999ms;
  CHECK(choose().open == nullptr);
  now.monotonic += 1ms;
  CHECK(opened() == Indexes{0, 2});
  // The newest attempt counts.
  open(0);
  CHECK(choose().open == nullptr);
  CHECK(choose().look_again == now.monotonic + 1s);
}

TEST_CASE_FIXTURE(World, "broker choice: one that rests is left alone until it may be tried") {
  channels[0]->retry_at = now.monotonic + 2s;
  channels[1]->retry_at = now.monotonic + 1s;
  CHECK(opened() == Indexes{2});
  open(2);
  CHECK(choose().look_again == now.monotonic + 1s);
}

TEST_CASE_FIXTURE(World, "broker choice: hopeless while all rest, and only then") {
  for (const auto& channel : channels) channel->retry_at = now.monotonic + 2s;
  channels[1]->retry_at = now.monotonic + 1s;
  CHECK(choose().hopeless);
  CHECK(choose().open == nullptr);
  CHECK(choose().look_again == now.monotonic + 1s);
  now.monotonic += 1s;
  CHECK_FALSE(choose().hopeless);
  CHECK(opened() == Indexes{1});
}
