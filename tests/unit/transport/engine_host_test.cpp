// Engines entered from several threads; meant to run under ThreadSanitizer as well.
#include "protocol/transport/engine_host.hpp"

#include "protocol/transport/io_thread.hpp"
#include "tests/support/test_engine.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <string>
#include <thread>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace barnabas;
using namespace barnabas::test;
using network::ConnectionId;
using network::Network;

namespace {

constexpr ConnectionId first{1};

// A loop with its own thread.
struct RunningLoop {
  std::unique_ptr<transport::EventLoop> loop = make_loop();
  std::thread thread = transport::start_thread("test-loop", [this] { loop->run(); }).value();

  ~RunningLoop() {
    loop->stop();
    thread.join();
  }
};

// Waits under `mutex` for what the loop's thread brings about.
struct Signal {
  std::condition_variable changed;
  transport::HostHooks hooks() {
    transport::HostHooks result;
    result.locked = [this] { changed.notify_all(); };
    return result;
  }
  template <class Condition>
  void wait(TestNode& node, Condition done) {
    std::unique_lock lock(node.mutex);
    REQUIRE(changed.wait_for(lock, 10s, done));
  }
};

bool asks_for_a_turn(const transport::EventLoop& loop) {
  pollfd ready{loop.native_handle(), POLLIN, 0};
  return ::poll(&ready, 1, 0) == 1;
}

}  // namespace

TEST_CASE("several threads ask through one engine while the loop runs it") {
  RunningLoop running;
  Signal served;
  Signal heard;
  TestNode server(*running.loop, served.hooks());
  TestNode client(*running.loop, heard.hooks());
  server.echo();
  client.connect(first, server.listen());
  heard.wait(client, [&] { return !client.engine.events.empty(); });
  constexpr int writers = 3;
  constexpr int writes = 300;
  std::vector<std::thread> threads;
  for (int i = 0; i < writers; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < writes; ++n) client.write(first, "0123456789");
    });
  }
  for (std::thread& thread : threads) thread.join();
  heard.wait(client, [&] { return client.engine.received[first].size() == writers * writes * 10; });
}

TEST_CASE("an earlier deadline set by another thread ends the loop's sleep") {
  RunningLoop running;
  Signal advanced;
  TestNode node(*running.loop, advanced.hooks());
  advanced.wait(node, [&] { return node.engine.advances == 1; });
  std::unique_lock lock(node.mutex);
  node.engine.deadline = std::chrono::steady_clock::now() + 1h;
  node.host->leave(lock);
  lock.lock();
  node.engine.deadline = std::chrono::steady_clock::now() + 5ms;
  node.host->leave(lock);
  advanced.wait(node, [&] { return node.engine.advances >= 2 && !node.engine.deadline; });
}

TEST_CASE("request_advance reaches the engine from any thread, without its lock") {
  RunningLoop running;
  Signal advanced;
  TestNode node(*running.loop, advanced.hooks());
  for (int i = 0; i < 100; ++i) {
    int before = 0;
    {
      const std::lock_guard lock(node.mutex);
      before = node.engine.advances;
      node.host->request_advance();  // while the lock is held, too
    }
    advanced.wait(node, [&] { return node.engine.advances > before; });
  }
}

TEST_CASE("advance_now does the work of a loop that sleeps") {
  const auto loop = make_loop();
  TestNode server(*loop);
  TestNode client(*loop);
  client.connect(first, server.listen());
  run_until(*loop,
            [&] { return !client.engine.events.empty() && !server.engine.accepted.empty(); });
  run_idle(*loop);
  client.engine.when_advanced = [&](const Now&) {
    client.host->network().write(first, text_buffer("now"));
    client.engine.deadline = std::chrono::steady_clock::now() + 1h;
  };
  const int before = client.engine.advances;
  SUBCASE("its deadline, its requests and its news are as if the loop had done it") {
    client.host->advance_now();
    CHECK(client.engine.advances == before + 1);
    CHECK(loop->next_deadline() == client.engine.deadline);
    client.host->stop();  // nothing is left to be sent
    run_until(*loop,
              [&] { return server.engine.received[server.engine.accepted.front()] == "now"; });
  }
  SUBCASE("the loop is woken where it would sleep beyond the deadline") {
    client.host->advance_now();
    CHECK(client.engine.written[first] == 3);
    CHECK(asks_for_a_turn(*loop));
    loop->run_once(10s);
    CHECK(client.engine.written[first] == 3);
    CHECK(client.engine.advances == before + 1);
  }
  SUBCASE("but for the engine's lock it does not wait") {
    std::thread other;
    {
      const std::lock_guard lock(client.mutex);
      other = std::thread([&] { client.host->advance_now(); });
      other.join();
      CHECK(client.engine.advances == before);
    }
    loop->run_once(10s);
    CHECK(client.engine.advances == before + 1);
  }
  SUBCASE("and not after the stop") {
    client.host->stop();
    client.host->advance_now();
    CHECK(client.engine.advances == before);
  }
  SUBCASE("nor in a child of fork, which has the same sockets") {
    const pid_t child = ::fork();
    if (child == 0) {
      client.host->advance_now();
      ::_exit(client.engine.advances == before ? 0 : 1);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  client.engine.when_advanced = [](const Now&) {};
}

TEST_CASE("a loop sleeps on when nothing is left for it") {
  RunningLoop other;
  Signal heard;
  TestNode server(*other.loop, heard.hooks());
  const auto loop = make_loop();
  TestNode client(*loop);
  client.connect(first, server.listen());
  run_until(*loop, [&] { return !client.engine.events.empty(); });
  run_idle(*loop);
  client.engine.when_advanced = [&](const Now&) {
    client.host->network().write(first, text_buffer("now"));
  };
  client.host->advance_now();
  CHECK(client.engine.written[first] == 3);
  CHECK_FALSE(asks_for_a_turn(*loop));
  const auto write = [&](std::string_view text) {
    client.host->network().write(first, text_buffer(text));
  };
  std::unique_lock lock(client.mutex);
  write(", and");
  const auto never = [] { return false; };
  const Instant later = std::chrono::steady_clock::now() + 10s;
  client.host->leave_to_wait(lock, never, later);
  CHECK(client.engine.written[first] == 8);
  CHECK_FALSE(asks_for_a_turn(*loop));
  lock.lock();
  client.host->leave_to_wait(lock, never, later);  // having asked for nothing
  CHECK_FALSE(asks_for_a_turn(*loop));
  lock.lock();
  write(", then");
  client.host->leave(lock);
  CHECK(client.engine.written[first] == 8);
  CHECK(asks_for_a_turn(*loop));
  loop->run_once(10s);
  run_idle(*loop);
  lock.lock();
  client.engine.deadline = std::chrono::steady_clock::now() + 1h;
  client.host->leave_to_wait(lock, never, later);
  CHECK(asks_for_a_turn(*loop));
  heard.wait(server, [&] {
    return !server.engine.accepted.empty() &&
           server.engine.received[server.engine.accepted.front()] == "now, and, then";
  });
}

TEST_CASE("advance_now from several threads while the loop runs") {
  RunningLoop running;
  Signal heard;
  TestNode server(*running.loop, heard.hooks());
  TestNode client(*running.loop);
  client.connect(first, server.listen());
  heard.wait(server, [&] { return !server.engine.accepted.empty(); });
  std::atomic<int> asked = 0;
  int done = 0;  // under the client's mutex
  {
    const std::lock_guard lock(client.mutex);
    client.engine.when_advanced = [&](const Now&) {
      const int now = asked.load();
      for (; done < now; ++done) client.host->network().write(first, text_buffer("0123456789"));
    };
  }
  constexpr int threads = 3;
  constexpr int times = 300;
  std::vector<std::thread> senders;
  for (int i = 0; i < threads; ++i) {
    senders.emplace_back([&] {
      for (int n = 0; n < times; ++n) {
        ++asked;
        client.host->advance_now();
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  heard.wait(server, [&] {
    return server.engine.received[server.engine.accepted.front()].size() == threads * times * 10;
  });
}

TEST_CASE("stop waits for a hook under way, and nothing runs after it") {
  RunningLoop running;
  std::atomic<bool> entered{false};
  std::atomic<bool> left{false};
  transport::HostHooks hooks;
  hooks.unlocked = [&] {
    entered = true;
    // Long enough for a stop that does not wait to overtake it.
    for (int i = 0; i < 5000; ++i) std::this_thread::yield();
    left = true;
  };
  TestNode node(*running.loop, hooks);
  while (!entered) std::this_thread::yield();
  node.host->stop();
  CHECK(left);
  int advances = 0;
  {
    const std::lock_guard lock(node.mutex);
    advances = node.engine.advances;
  }
  node.host->request_advance();
  node.host->stop();
  const std::lock_guard lock(node.mutex);
  CHECK(node.engine.advances == advances);
}

TEST_CASE("a hook may stop its own host and another's") {
  const auto loop = make_loop();
  int calls = 0;
  transport::EngineHost* self = nullptr;
  transport::EngineHost* other = nullptr;
  transport::HostHooks hooks;
  hooks.unlocked = [&] {
    ++calls;
    other->stop();
    self->stop();
  };
  transport::HostHooks never;
  TestNode one(*loop, hooks);
  never.unlocked = [&] { FAIL("stopped before its turn"); };
  TestNode two(*loop, never);
  self = one.host.get();
  other = two.host.get();
  loop->run_once(0s);
  one.host->request_advance();
  loop->run_once(0s);
  CHECK(calls == 1);
}

TEST_CASE("cat_N17 hosts come and go while the loop runs, and leave no descriptor behind") {
  RunningLoop running;
  TestNode server(*running.loop);
  const std::uint16_t port = server.listen();
  const int before = ::dup(0);
  ::close(before);
  for (int i = 0; i < 200; ++i) {
    TestNode client(*running.loop);
    client.connect(first, port);
  }
  server.host->stop();
  const int after = ::dup(0);
  ::close(after);
  CHECK(after <= before);
}

TEST_CASE("a late look-up does not disturb a loop that is gone") {
  std::mutex gate;
  std::condition_variable changed;
  bool entered = false;
  bool open = false;
  bool finished = false;
  {
    transport::EventLoop::Environment environment;
    environment.lookup = [&](const std::string&, std::uint16_t port) {
      std::unique_lock lock(gate);
      entered = true;
      changed.notify_all();
      changed.wait(lock, [&] { return open; });
      finished = true;
      changed.notify_all();
      return Result(network::parse_literal("::1", port));
    };
    const auto loop = transport::EventLoop::create(environment).value();
    TestNode node(*loop);
    node.visit([](Network& network) { network.resolve(network::LookupId{1}, "stuck", 1); });
    loop->run_once(0s);
    std::unique_lock lock(gate);
    REQUIRE(changed.wait_for(lock, 10s, [&] { return entered; }));
  }
  std::unique_lock lock(gate);
  open = true;
  changed.notify_all();
  REQUIRE(changed.wait_for(lock, 10s, [&] { return finished; }));
}

TEST_CASE("a child of fork that lets go does not disturb its parent") {
  auto loop = make_loop();
  auto server = std::make_unique<TestNode>(*loop);
  auto client = std::make_unique<TestNode>(*loop);
  server->echo();
  client->connect(first, server->listen());
  run_until(*loop, [&] { return client->engine.events.size() == 1; });
  const pid_t child = ::fork();
  if (child == 0) {
    server.reset();
    client.reset();
    loop.reset();
    ::_exit(0);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  client->write(first, "hello");
  run_until(*loop, [&] { return client->engine.received[first] == "hello"; });
}
