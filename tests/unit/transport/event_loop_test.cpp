#include "protocol/transport/event_loop.hpp"

#include "tests/support/test_engine.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <string>
#include <thread>

#include <poll.h>

using namespace barnabas;
using namespace barnabas::test;
using network::ConnectionId;
using network::ListenerId;
using network::LookupId;
using network::Network;

namespace {

constexpr ConnectionId first{1};

bool readable(int descriptor) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

}  // namespace

TEST_CASE("two engines on one loop talk to each other") {
  const auto loop = make_loop();
  TestNode server(*loop);
  TestNode client(*loop);
  server.echo();
  const std::uint16_t port = server.listen();
  client.connect(first, port);
  run_until(*loop, [&] { return client.engine.events.size() == 1; });
  CHECK(client.engine.events.front() == "connected 1");
  client.write(first, "hello");
  run_until(*loop, [&] { return client.engine.received[first] == "hello"; });
  CHECK(client.engine.written[first] == 5);
  REQUIRE(server.engine.accepted.size() == 1);
  CHECK(static_cast<std::uint64_t>(server.engine.accepted.front()) > std::uint64_t{1} << 63);
  CHECK(server.engine.peers.front().to_string().substr(0, 10) == "127.0.0.1:");
}

TEST_CASE("many connections are told apart") {
  const auto loop = make_loop();
  TestNode server(*loop);
  TestNode client(*loop);
  server.echo();
  const std::uint16_t port = server.listen();
  client.engine.when_connected = [&](ConnectionId id) {
    client.host->network().write(
        id, text_buffer("I am " + std::to_string(static_cast<std::uint64_t>(id))));
  };
  for (std::uint64_t i = 1; i <= 200; ++i) client.connect(ConnectionId{i}, port);
  const auto all_echoed = [&] {
    std::size_t right = 0;
    for (const auto& [id, text] : client.engine.received) {
      if (text == "I am " + std::to_string(static_cast<std::uint64_t>(id))) ++right;
    }
    return right == 200;
  };
  run_until(*loop, all_echoed);
  CHECK(server.engine.accepted.size() == 200);
}

TEST_CASE("IPv6 and the dual-stack wildcard") {
  const auto loop = make_loop();
  TestNode server(*loop);
  TestNode client(*loop);
  const std::uint16_t port = server.listen("::");
  client.connect(ConnectionId{1}, port, "::1");
  client.connect(ConnectionId{2}, port, "127.0.0.1");
  run_until(*loop, [&] { return server.engine.accepted.size() == 2; });
  run_until(*loop, [&] { return client.engine.events.size() == 2; });
  CHECK(client.engine.ends.empty());
  std::vector<std::string> families;
  for (const network::Address& peer : server.engine.peers) {
    families.push_back(peer.family == network::Address::Family::ipv4 ? "ipv4" : "ipv6");
  }
  std::sort(families.begin(), families.end());
  CHECK(families == std::vector<std::string>{"ipv4", "ipv6"});
}

TEST_CASE("all interfaces when the host is empty, and names may be listened on") {
  const auto loop = make_loop();
  TestNode server(*loop);
  TestNode client(*loop);
  client.connect(ConnectionId{1}, server.listen(""));
  client.connect(ConnectionId{2}, server.host->listen(ListenerId{2}, {"localhost", 0}).value());
  run_until(*loop, [&] { return server.engine.accepted.size() == 2; });
  const auto unknown = server.host->listen(ListenerId{3}, {std::string(70, 'x'), 0});
  REQUIRE(!unknown);
  CHECK(unknown.error() == ErrorCode::connection_failed);
}

TEST_CASE("a refused connection is closed with the peer's address") {
  const auto loop = make_loop();
  TestNode client(*loop);
  std::uint16_t port = 0;
  {
    TestNode server(*loop);
    port = server.listen();
  }
  client.connect(first, port);
  run_until(*loop, [&] { return client.engine.ends.count(first) == 1; });
  const Error& reason = client.engine.ends[first];
  CHECK(reason == ErrorCode::connection_failed);
  CHECK(reason.context() == "connect: Connection refused");
  CHECK(client.engine.events == std::vector<std::string>{"closed 1"});
}

TEST_CASE("a port in use is an error with its address") {
  const auto loop = make_loop();
  TestNode server(*loop);
  const std::uint16_t port = server.listen();
  const auto again = server.host->listen(ListenerId{2}, {"127.0.0.1", port});
  REQUIRE(!again);
  CHECK(again.error() == ErrorCode::connection_failed);
  CHECK(again.error().context() ==
        "listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
  server.host->close_listener(ListenerId{1});
  CHECK(server.host->listen(ListenerId{2}, {"127.0.0.1", port}));
}

TEST_CASE("timers fire in time and not before") {
  const auto loop = make_loop();
  TestNode node(*loop);
  run_until(*loop, [&] { return node.engine.advances == 1; });
  const Instant due = std::chrono::steady_clock::now() + 30ms;
  {
    std::unique_lock lock(node.mutex);
    node.engine.deadline = due;
    node.host->leave(lock);
  }
  CHECK(loop->next_deadline() == due);
  std::optional<Instant> fired;
  node.engine.when_advanced = [&](const Now& now) { fired = now.monotonic; };
  run_until(*loop, [&] { return fired.has_value(); });
  CHECK(*fired >= due);
  CHECK(*fired < due + 5s);
  CHECK(node.engine.advances == 2);
  CHECK(!loop->next_deadline());
}

TEST_CASE("the descriptor is readable exactly when there is something to do") {
  const auto loop = make_loop();
  TestNode server(*loop);
  TestNode client(*loop);
  CHECK(readable(loop->native_handle()));  // both engines wait for their first advance
  run_idle(*loop);
  CHECK(!readable(loop->native_handle()));
  const std::uint16_t port = server.listen();
  run_idle(*loop);
  CHECK(!readable(loop->native_handle()));
  client.connect(first, port);
  CHECK(readable(loop->native_handle()));
  run_until(*loop, [&] { return server.engine.accepted.size() == 1; });
  run_idle(*loop);
  CHECK(!readable(loop->native_handle()));
  {
    std::unique_lock lock(client.mutex);
    client.host->leave(lock);  // a visit that changed nothing
  }
  CHECK(!readable(loop->native_handle()));
  client.host->request_advance();
  client.host->request_advance();
  CHECK(readable(loop->native_handle()));
  loop->run_once(0s);
  CHECK(!readable(loop->native_handle()));
  CHECK(client.engine.advances == 2);
}

TEST_CASE("what a hook asks for keeps the descriptor readable") {
  const auto loop = make_loop();
  transport::EngineHost* self = nullptr;
  int rounds = 0;
  transport::HostHooks hooks;
  hooks.unlocked = [&] {
    if (self != nullptr && ++rounds == 1) self->request_advance();
  };
  TestNode node(*loop, hooks);
  self = node.host.get();
  loop->run_once(0s);
  CHECK(rounds == 1);
  CHECK(readable(loop->native_handle()));
  loop->run_once(0s);
  CHECK(rounds == 2);
  CHECK(!readable(loop->native_handle()));
}

TEST_CASE("run_once from within a hook does nothing") {
  const auto loop = make_loop();
  bool on_loop_thread = false;
  transport::HostHooks hooks;
  hooks.unlocked = [&] {
    on_loop_thread = loop->on_loop_thread();
    loop->run_once(1h);
  };
  TestNode node(*loop, hooks);
  loop->run_once(0s);
  CHECK(on_loop_thread);
  CHECK(!loop->on_loop_thread());
}

TEST_CASE("stop before run ends it at once, and only once") {
  const auto loop = make_loop();
  loop->stop();
  loop->run();
  TestNode node(*loop);
  node.engine.when_advanced = [&](const Now&) { loop->stop(); };
  loop->run();
  CHECK(node.engine.advances == 1);
}

namespace {
transport::EventLoop* signalled_loop = nullptr;
}

TEST_CASE("stop works from a signal handler") {
  const auto loop = make_loop();
  signalled_loop = loop.get();
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) { signalled_loop->stop(); };
  ::sigaction(SIGUSR1, &action, &before);
  TestNode node(*loop);
  node.engine.when_advanced = [](const Now&) { ::raise(SIGUSR1); };
  loop->run();
  // And while the loop sleeps: the signal goes to the thread that runs it.
  const pthread_t runner = ::pthread_self();
  std::thread sender([runner] { ::pthread_kill(runner, SIGUSR1); });
  loop->run();
  sender.join();
  ::sigaction(SIGUSR1, &before, nullptr);
  CHECK(node.engine.advances == 1);
}

TEST_CASE("names are looked up beside the loop and literals without the resolver") {
  std::vector<std::string> asked;
  std::mutex mutex;
  transport::EventLoop::Environment environment;
  environment.lookup = [&](const std::string& host, std::uint16_t port) {
    const std::lock_guard lock(mutex);
    asked.push_back(host);
    return host == "kafka-1" ? Result(network::parse_literal("10.0.0.1", port))
                             : Error(ErrorCode::connection_failed, "look-up of " + host + ": no");
  };
  const auto loop = transport::EventLoop::create(environment).value();
  TestNode node(*loop);
  const auto resolve = [&](std::string host) {
    node.engine.events.clear();
    node.visit([&](Network& network) { network.resolve(LookupId{1}, std::move(host), 9092); });
    CHECK(node.engine.events.empty());  // never from within the call
    run_until(*loop, [&] { return !node.engine.events.empty(); });
  };
  resolve("kafka-1");
  CHECK(node.engine.resolved == network::parse_literal("10.0.0.1", 9092));
  resolve("::1");
  CHECK(node.engine.resolved == network::parse_literal("::1", 9092));
  resolve("nowhere");
  CHECK(node.engine.resolve_error == ErrorCode::connection_failed);
  CHECK(node.engine.resolve_error.context() == "look-up of nowhere: no");
  const std::lock_guard lock(mutex);
  CHECK(asked == std::vector<std::string>{"kafka-1", "nowhere"});
}
