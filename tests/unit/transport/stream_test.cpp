// What happens on one TCP stream, seen by the engines at its two ends.
#include "tests/support/payloads.hpp"
#include "tests/support/test_engine.hpp"
#include "tests/support/test_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

using namespace barnabas;
using namespace barnabas::test;
using network::ConnectionId;
using network::Network;

namespace {

constexpr ConnectionId first{1};

// A connected pair: `client` holds `first`, `server` holds `peer`.
struct Pair {
  std::unique_ptr<transport::EventLoop> loop = make_loop();
  TestNode server{*loop};
  TestNode client{*loop};
  std::uint16_t port = server.listen();
  ConnectionId peer{};

  Pair() {
    client.connect(first, port);
    run_until(*loop,
              [&] { return server.engine.accepted.size() == 1 && !client.engine.events.empty(); });
    peer = server.engine.accepted.front();
  }
};

// A plain socket at the other end, for what an engine cannot do.
struct RawPeer {
  int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  RawPeer() = default;
  explicit RawPeer(std::uint16_t port) { connect(port); }
  void connect(std::uint16_t port) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~RawPeer() { ::close(socket); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  // The next close sends a reset.
  void reset_on_close() const {
    const linger abort{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  }
};

// Lets this process open only so many more descriptors.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(int more) {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const int lowest_free = ::dup(0);
    ::close(lowest_free);
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(lowest_free + more);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  }
  ~DescriptorLimit() { lift(); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  void lift() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("large data arrives whole through full buffers, in both directions at once") {
  Pair pair;
  pair.server.echo();
  const std::string data = random_text(8U << 20);
  wire::GatherBuffer buffer;
  // In many parts, so that sends end inside of parts and of the list of parts.
  auto owner = std::make_shared<const std::string>(data);
  for (std::size_t at = 0; at < data.size(); at += 3000) {
    buffer.borrow(
        BytesView(*owner).span().subspan(at, std::min<std::size_t>(3000, data.size() - at)));
  }
  const std::weak_ptr<const std::string> watch = owner;
  buffer.keep_alive(std::move(owner));
  pair.client.visit([&](Network& network) { network.write(first, std::move(buffer)); });
  run_until(*pair.loop, [&] { return pair.client.engine.received[first].size() == data.size(); });
  CHECK(pair.client.engine.received[first] == data);
  CHECK(pair.client.engine.written[first] == data.size());
  CHECK(watch.expired());  // released once sent
}

TEST_CASE("paused reading leaves bytes with the system and holds the sender back") {
  Pair pair;
  pair.server.visit([&](Network& network) { network.pause_reading(pair.peer); });
  const std::string data = random_text(32U << 20);
  pair.client.write(first, data);
  run_idle(*pair.loop);
  CHECK(pair.server.engine.received[pair.peer].empty());
  CHECK(pair.client.engine.written[first] > 0);
  CHECK(pair.client.engine.written[first] < data.size());
  pair.server.visit([&](Network& network) { network.resume_reading(pair.peer); });
  run_until(*pair.loop,
            [&] { return pair.server.engine.received[pair.peer].size() == data.size(); });
  CHECK(pair.server.engine.received[pair.peer] == data);
}

TEST_CASE("nothing is received after a pause within on_received") {
  Pair pair;
  pair.server.engine.buffer_size = 10;
  pair.server.engine.when_received = [&](ConnectionId id, std::string_view) {
    pair.server.host->network().pause_reading(id);
  };
  pair.client.write(first, random_text(100));
  run_until(*pair.loop, [&] { return !pair.server.engine.received[pair.peer].empty(); });
  run_idle(*pair.loop);
  CHECK(pair.server.engine.received[pair.peer].size() == 10);
}

TEST_CASE("a stream that always has more waiting gets its share of a turn and no more") {
  Pair pair;
  std::size_t received = 0;
  pair.server.engine.when_received = [&](ConnectionId, std::string_view text) {
    received += text.size();
  };
  // Much traffic first, so that the system gives the stream large buffers.
  pair.client.write(first, random_text(64U << 20));
  run_until(*pair.loop, [&] { return received == 64U << 20; });
  pair.server.visit([&](Network& network) { network.pause_reading(pair.peer); });
  pair.client.write(first, random_text(16U << 20));
  run_idle(*pair.loop);
  pair.server.visit([&](Network& network) { network.resume_reading(pair.peer); });
  received = 0;
  while (received == 0) pair.loop->run_once(10s);
  CHECK(received <= 256U << 10);
}

TEST_CASE("the peer's close ends the stream after its last bytes") {
  Pair pair;
  pair.server.visit([&](Network& network) {
    network.write(pair.peer, text_buffer("last words"));
    network.close_after_writes(pair.peer);
  });
  run_until(*pair.loop, [&] { return pair.client.engine.ends.count(first) == 1; });
  CHECK(pair.client.engine.received[first] == "last words");
  const Error& reason = pair.client.engine.ends[first];
  CHECK(reason == ErrorCode::disconnected);
  CHECK(reason.context().find("closed the connection") != std::string::npos);
  CHECK(reason.context().find("127.0.0.1:") == 0);
  run_idle(*pair.loop);
  CHECK(pair.server.engine.ends.empty());
  CHECK(pair.server.engine.written.empty());
}

TEST_CASE("what was written just before the host stops still goes out") {
  Pair pair;
  pair.client.write(first, "goodbye");
  pair.client.host->stop();
  run_until(*pair.loop, [&] { return pair.server.engine.ends.size() == 1; });
  CHECK(pair.server.engine.received[pair.peer] == "goodbye");
}

TEST_CASE("close_after_writes sends all of a large write first") {
  Pair pair;
  const std::string data = random_text(16U << 20);
  pair.server.visit([&](Network& network) {
    network.write(pair.peer, text_buffer(data));
    network.close_after_writes(pair.peer);
    network.write(pair.peer, text_buffer("too late"));
  });
  run_until(*pair.loop, [&] { return pair.client.engine.ends.count(first) == 1; });
  CHECK(pair.client.engine.received[first] == data);
}

TEST_CASE("a half-closed stream counts as ended") {
  const auto loop = make_loop();
  TestNode server(*loop);
  RawPeer peer(server.listen());
  CHECK(::send(peer.socket, "x", 1, 0) == 1);
  ::shutdown(peer.socket, SHUT_WR);
  run_until(*loop, [&] { return server.engine.ends.size() == 1; });
  CHECK(server.engine.received.begin()->second == "x");
  char byte = 0;
  CHECK(::recv(peer.socket, &byte, 1, 0) == 0);
}

TEST_CASE("a reset is told once, whether the engine reads, writes or neither") {
  for (const char* doing : {"reading", "writing", "paused", "paused and writing"}) {
    CAPTURE(doing);
    const std::string what = doing;
    const auto loop = make_loop();
    TestNode server(*loop);
    auto peer = std::make_unique<RawPeer>(server.listen());
    run_until(*loop, [&] { return server.engine.accepted.size() == 1; });
    const ConnectionId id = server.engine.accepted.front();
    if (what.find("paused") == 0) {
      server.visit([&](Network& network) { network.pause_reading(id); });
    }
    if (what.find("writing") != std::string::npos) server.write(id, random_text(32U << 20));
    run_idle(*loop);
    peer->reset_on_close();
    peer.reset();
    if (what.find("writing") != std::string::npos) server.write(id, "more");
    run_until(*loop, [&] { return server.engine.ends.size() == 1; });
    CHECK(server.engine.ends[id] == ErrorCode::disconnected);
    CHECK(server.engine.events.size() == 1);
    run_idle(*loop);
    CHECK(server.engine.events.size() == 1);
  }
}

TEST_CASE("what the peer said before it closed is read even when writing fails") {
  const auto loop = make_loop();
  TestNode server(*loop);
  auto peer = std::make_unique<RawPeer>(server.listen());
  run_until(*loop, [&] { return server.engine.accepted.size() == 1; });
  const ConnectionId id = server.engine.accepted.front();
  CHECK(::send(peer->socket, "reason", 6, 0) == 6);
  peer.reset();
  // The first write provokes the reset, the second one fails.
  server.engine.when_written = [&](ConnectionId) {
    if (server.engine.written[id] < 100) server.host->network().write(id, text_buffer("x"));
  };
  server.write(id, "x");
  run_until(*loop, [&] { return server.engine.ends.size() == 1; });
  CHECK(server.engine.received[id] == "reason");
}

TEST_CASE("no event follows the engine's own close") {
  Pair pair;
  SUBCASE("from another thread's visit, while data waits") {
    pair.server.write(pair.peer, "data");
    pair.loop->run_once(0s);
    pair.client.visit([](Network& network) { network.close(first); });
    run_until(*pair.loop, [&] { return pair.server.engine.ends.size() == 1; });
    CHECK(pair.client.engine.received[first].empty());
  }
  SUBCASE("from within on_received, while more data waits") {
    pair.client.engine.buffer_size = 2;
    pair.client.engine.when_received = [&](ConnectionId id, std::string_view) {
      pair.client.host->network().write(id, text_buffer("never sent"));
      pair.client.host->network().close(id);
    };
    pair.server.write(pair.peer, "data");
    run_until(*pair.loop, [&] { return pair.server.engine.ends.size() == 1; });
    CHECK(pair.client.engine.received[first] == "da");
    CHECK(pair.server.engine.received[pair.peer].empty());
  }
  SUBCASE("while connecting") {
    pair.client.connect(ConnectionId{2}, pair.port);
    pair.loop->run_once(0s);
    pair.client.visit([](Network& network) { network.close(ConnectionId{2}); });
  }
  SUBCASE("when connecting has just failed") {
    pair.server.host->close_listener(network::ListenerId{1});
    pair.client.connect(ConnectionId{2}, pair.port);
    pair.loop->run_once(0s);
    pair.client.visit([](Network& network) { network.close(ConnectionId{2}); });
  }
  run_idle(*pair.loop);
  CHECK(pair.client.engine.ends.empty());
  CHECK(pair.client.engine.events == std::vector<std::string>{"connected 1"});
}

TEST_CASE("an event makes the engine close another connection that has events waiting") {
  Pair pair;
  pair.client.engine.events.clear();
  pair.client.engine.when_connected = [&](ConnectionId id) {
    const ConnectionId other = id == ConnectionId{2} ? ConnectionId{3} : ConnectionId{2};
    pair.client.host->network().close(other);
  };
  pair.client.visit([&](Network& network) {
    network.connect(ConnectionId{2}, network::parse_literal("127.0.0.1", pair.port).front());
    network.connect(ConnectionId{3}, network::parse_literal("127.0.0.1", pair.port).front());
  });
  run_until(*pair.loop, [&] { return pair.server.engine.ends.size() == 1; });
  run_idle(*pair.loop);
  CHECK(pair.client.engine.events.size() == 1);
}

TEST_CASE("calls about unknown connections are ignored") {
  Pair pair;
  pair.client.visit([](Network& network) {
    const ConnectionId unknown{99};
    network.write(unknown, text_buffer("x"));
    network.pause_reading(unknown);
    network.resume_reading(unknown);
    network.close_after_writes(unknown);
    network.close(unknown);
  });
  pair.client.write(first, "still alive");
  run_until(*pair.loop, [&] { return !pair.server.engine.received[pair.peer].empty(); });
}

TEST_CASE("out of descriptors, a listener drops connections instead of spinning or hanging") {
  const auto loop = make_loop();
  TestNode server(*loop);
  const std::uint16_t port = server.listen();
  RawPeer before(port);
  run_until(*loop, [&] { return server.engine.accepted.size() == 1; });

  RawPeer during(port);
  DescriptorLimit limit(0);
  run_idle(*loop);
  limit.lift();
  char byte = 0;
  CHECK(::recv(during.socket, &byte, 1, MSG_DONTWAIT) == 0);  // closed, not left hanging
  CHECK(server.engine.accepted.size() == 1);
  CHECK(server.host->dropped_connections() == 1);

  RawPeer after(port);
  run_until(*loop, [&] { return server.engine.accepted.size() == 2; });
}

TEST_CASE("without even a descriptor in reserve, a listener takes connections when one is free") {
  const auto loop = make_loop();
  TestNode server(*loop);
  run_idle(*loop);
  const RawPeer peer;
  DescriptorLimit limit(1);  // for the listening socket itself
  const std::uint16_t port = server.listen();
  peer.connect(port);
  run_idle(*loop);
  CHECK(server.engine.accepted.empty());
  CHECK(loop->next_deadline());  // it pauses instead of spinning
  limit.lift();
  run_until(*loop, [&] { return server.engine.accepted.size() == 1; });
  CHECK(server.host->dropped_connections() == 0);
  CHECK(!loop->next_deadline());
}

TEST_CASE("a stream whose peer takes nothing any more is not drained for ever") {
  struct : transport::Clock {
    Now time{Instant(1h), 0};
    Now now() const override { return time; }
  } clock;
  transport::EventLoop::Environment environment;
  environment.clock = &clock;
  const auto loop = transport::EventLoop::create(environment).value();
  TestNode server(*loop);
  const RawPeer peer(server.listen());
  run_until(*loop, [&] { return server.engine.accepted.size() == 1; });
  server.visit([&](Network& network) {
    network.write(server.engine.accepted.front(), text_buffer(random_text(32U << 20)));
    network.close_after_writes(server.engine.accepted.front());
  });
  run_idle(*loop);
  REQUIRE(loop->next_deadline());
  clock.time.monotonic = *loop->next_deadline() - 1ms;
  run_idle(*loop);
  CHECK(loop->next_deadline());
  clock.time.monotonic += 1ms;
  run_idle(*loop);
  CHECK(!loop->next_deadline());
  std::string received(64U << 20, '\0');
  const auto count = ::recv(peer.socket, received.data(), received.size(), MSG_WAITALL);
  CHECK(count > 0);
  CHECK(count < 32 << 20);
  CHECK(::recv(peer.socket, received.data(), received.size(), 0) <= 0);  // closed
}

TEST_CASE("cat_N10 out of descriptors, connecting fails with the reason") {
  const auto loop = make_loop();
  TestNode client(*loop);
  run_idle(*loop);
  DescriptorLimit limit(0);
  client.connect(first, 1);
  run_idle(*loop);
  limit.lift();
  REQUIRE(client.engine.ends.count(first) == 1);
  CHECK(client.engine.ends[first].context().find("Too many open files") != std::string::npos);
}

namespace {

// "head", a range of `file`, "tail".
wire::GatherBuffer around(std::shared_ptr<const wire::SharedFile> file, std::size_t size) {
  wire::GatherBuffer buffer = text_buffer("headtail");
  buffer.borrow_at(4, wire::FileRange{std::move(file), 0, size});
  return buffer;
}

}  // namespace

TEST_CASE("ranges of files are sent in order, however little the peer takes at a time") {
  const std::string content = random_text(12U << 20);
  const auto file = std::make_shared<TestFile>(content);
  SUBCASE("by sendfile") {}
  SUBCASE("by reading") { file->hide_descriptor(); }
  Pair pair;
  std::string expected;
  pair.server.visit([&](Network& network) {
    for (int i = 0; i < 2; ++i) {
      network.write(pair.peer, around(file, content.size()));
      network.write(pair.peer, text_buffer("between"));
      expected += "head" + content + "tail" + "between";
    }
  });
  // Another stream of the same engine gets its turn meanwhile.
  pair.client.connect(ConnectionId{2}, pair.port);
  run_until(*pair.loop, [&] { return pair.server.engine.accepted.size() == 2; });
  pair.server.write(pair.server.engine.accepted.back(), "quick");
  run_until(*pair.loop, [&] { return pair.client.engine.received[ConnectionId{2}] == "quick"; });
  CHECK(pair.client.engine.received[first].size() < expected.size());

  run_until(*pair.loop,
            [&] { return pair.client.engine.received[first].size() >= expected.size(); });
  run_idle(*pair.loop);
  CHECK(pair.client.engine.received[first] == expected);
  CHECK(pair.server.engine.written[pair.peer] == expected.size());
  CHECK(file.use_count() == 1);
}

TEST_CASE("a file that is cut off while it is sent ends its stream, and no other") {
  const std::string content = random_text(12U << 20);
  const auto file = std::make_shared<TestFile>(content);
  bool announced = false;
  bool draining = false;
  SUBCASE("by its owner, with something else in its place") { announced = true; }
  SUBCASE("behind its owner's back") {}
  SUBCASE("when the engine has let go of the stream") { draining = true; }
  const auto loop = make_loop();
  TestNode server(*loop);
  const std::uint16_t port = server.listen();
  const RawPeer peer(port);
  const RawPeer other(port);
  run_until(*loop, [&] { return server.engine.accepted.size() == 2; });
  const ConnectionId id = server.engine.accepted.front();
  server.visit([&](Network& network) {
    network.write(id, around(file, content.size()));
    if (draining) network.close_after_writes(id);
  });
  run_idle(*loop);  // until the peer's buffer is full
  file->cut(1U << 20, announced);
  if (announced) file->write(1U << 20, std::string(content.size(), 'x'));

  std::string room(content.size(), '\0');
  std::size_t count = 0;
  bool ended = false;
  for (const Instant limit = std::chrono::steady_clock::now() + 10s; !ended;) {
    REQUIRE(std::chrono::steady_clock::now() < limit);
    const auto got = ::recv(peer.socket, room.data(), room.size(), MSG_DONTWAIT);
    if (got > 0) count += static_cast<std::size_t>(got);
    ended = got == 0;
    loop->run_once(0s);
  }
  CHECK(count < content.size());
  if (draining) {
    CHECK(server.engine.ends.empty());
  } else {
    CHECK(server.engine.ends[id] == ErrorCode::io_error);
    CHECK(server.engine.ends[id].context().find("cut off") != std::string::npos);
  }
  CHECK(file.use_count() == 1);
  server.write(server.engine.accepted.back(), "alive");
  run_idle(*loop);
  char alive[5];
  CHECK(::recv(other.socket, alive, sizeof alive, MSG_DONTWAIT) == 5);
}
