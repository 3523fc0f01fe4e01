// What a thread reads itself before it waits (EngineHost::leave_to_wait).
#include "protocol/transport/engine_host.hpp"

#include "protocol/transport/io_thread.hpp"
#include "tests/support/test_engine.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <thread>

#include <poll.h>

using namespace barnabas;
using namespace barnabas::test;
using network::ConnectionId;
using network::Network;

namespace {

constexpr ConnectionId first{1};

/// A server on a thread of its own, and a client whose loop sleeps while its connection is paused.
class Pair {
 public:
  Pair() {
    thread_ = transport::start_thread("test-server", [this] { server_loop_->run(); }).value();
    client.connect(first, server.listen());
    run_until(*loop, [&] { return !client.engine.events.empty(); });
    client.visit([](Network& network) { network.pause_reading(first); });
    run_idle(*loop);
  }
  ~Pair() {
    server.host->stop();
    server_loop_->stop();
    thread_.join();
  }

 private:
  std::unique_ptr<transport::EventLoop> server_loop_ = make_loop();
  std::thread thread_;

 public:
  const std::unique_ptr<transport::EventLoop> loop = make_loop();
  TestNode server{*server_loop_};
  TestNode client{*loop};

  /// Has the server send, and waits until the system has all of it.
  void serve(const std::string& text) {
    const auto under_server = [&](const std::function<bool()>& condition) {
      const Instant deadline = std::chrono::steady_clock::now() + 10s;
      for (;;) {
        {
          const std::lock_guard lock(server.mutex);
          if (condition()) return;
        }
        REQUIRE(std::chrono::steady_clock::now() < deadline);
        std::this_thread::yield();
      }
    };
    under_server([&] { return !server.engine.accepted.empty(); });
    const ConnectionId peer = server.engine.accepted.front();
    sent_ += text.size();
    server.write(peer, text);
    under_server([&] { return server.engine.written[peer] == sent_; });
  }
  const std::string& received() { return client.engine.received[first]; }
  /// Lets the engine read, and waits as a thread of the application does.
  void resume_and_wait(const std::function<bool()>& done) {
    std::unique_lock lock(client.mutex);
    client.host->network().resume_reading(first);
    client.host->leave_to_wait(lock, done, std::chrono::steady_clock::now() + 10s);
  }
  bool loop_is_asked() const {
    pollfd ready{loop->native_handle(), POLLIN, 0};
    return ::poll(&ready, 1, 0) == 1;
  }

 private:
  std::size_t sent_ = 0;
};

}  // namespace

TEST_CASE_FIXTURE(Pair, "who waits reads all that is there, and the loop sleeps on") {
  const std::string text(600'000, 'x');
  bool asked = false;  // although there is more to read
  client.engine.when_received = [&](ConnectionId, std::string_view) {
    asked = asked || loop_is_asked();
  };
  serve(text);
  resume_and_wait([&] { return received().size() == text.size(); });
  CHECK(received() == text);
  CHECK_FALSE(asked);
  CHECK_FALSE(loop_is_asked());
}

TEST_CASE_FIXTURE(Pair, "what does not come within a moment is the loop's") {
  serve("soon");
  resume_and_wait([] { return false; });
  CHECK(received() == "soon");
  CHECK_FALSE(loop_is_asked());
  serve(", later");
  CHECK(loop_is_asked());
  run_until(*loop, [&] { return received() == "soon, later"; });
}

TEST_CASE_FIXTURE(Pair, "who has what it waits for does not wait for more") {
  serve("enough");
  resume_and_wait([&] {
    const bool done = received() == "enough";
    if (done) serve(", more");
    return done;
  });
  CHECK(received() == "enough");
  run_until(*loop, [&] { return received() == "enough, more"; });
}

TEST_CASE_FIXTURE(Pair, "a pause while a thread reads is kept by it and by the loop") {
  client.engine.buffer_size = 10;
  client.engine.when_received = [&](ConnectionId id, std::string_view) {
    client.host->network().pause_reading(id);
  };
  serve("0123456789abcdef");
  resume_and_wait([] { return false; });
  CHECK(received() == "0123456789");
  run_idle(*loop);
  CHECK(received() == "0123456789");
  CHECK_FALSE(loop_is_asked());
  resume_and_wait([] { return false; });
  CHECK(received() == "0123456789abcdef");
}

TEST_CASE_FIXTURE(Pair, "the loop reads for those that do not wait") {
  serve("all");
  client.visit([](Network& network) { network.resume_reading(first); });
  CHECK(received().empty());
  run_until(*loop, [&] { return received() == "all"; });
  serve(", and more");
  run_until(*loop, [&] { return received() == "all, and more"; });
}

TEST_CASE_FIXTURE(Pair, "a stream that the engine is done with is not read by a resume") {
  serve("too late");
  std::unique_lock lock(client.mutex);
  Network& network = client.host->network();
  // More than the system takes, so that the stream stays for a while.
  network.write(first, text_buffer(std::string(32U << 20, 'x')));
  network.resume_reading(first);
  network.close_after_writes(first);
  client.host->leave_to_wait(
      lock, [] { return false; }, std::chrono::steady_clock::now() + 10s);
  run_idle(*loop);
  CHECK(received().empty());
}

TEST_CASE_FIXTURE(Pair, "reading is held back where the loop has no other engine") {
  bool held = false;
  client.engine.when_received = [&](ConnectionId id, std::string_view) {
    held = client.host->network().hold_reading(id);
  };
  serve("first");
  resume_and_wait([&] { return received() == "first"; });
  CHECK(held);
  const TestNode other(*loop);
  run_idle(*loop);
  serve(", second");
  resume_and_wait([&] { return received() == "first, second"; });
  CHECK_FALSE(held);
}
