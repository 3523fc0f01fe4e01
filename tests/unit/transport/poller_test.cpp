#include "protocol/transport/poller.hpp"

#include "protocol/transport/wakeup.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <optional>

#include <sys/socket.h>

using namespace barnabas::transport;
using namespace std::chrono_literals;

namespace {

struct Recorder final : Poller::Handler {
  int calls = 0;
  Readiness last;
  void on_ready(Readiness readiness) override {
    ++calls;
    last = readiness;
  }
};

struct SocketPair {
  FileDescriptor near;
  FileDescriptor far;
  SocketPair() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    near = FileDescriptor(ends[0]);
    far = FileDescriptor(ends[1]);
  }
  void send() const { REQUIRE(::send(far.get(), "x", 1, 0) == 1); }
};

}  // namespace

TEST_CASE("handlers hear what they are interested in, again and again") {
  const auto poller = Poller::create().value();
  const SocketPair pair;
  Recorder handler;
  Poller::Registration registration =
      poller->add(pair.near.get(), {.readable = true}, handler).value();
  poller->wait(0s);
  poller->dispatch();
  CHECK(handler.calls == 0);
  pair.send();
  for (int i = 1; i <= 2; ++i) {
    poller->wait(1s);
    poller->dispatch();
    CHECK(handler.calls == i);
    CHECK(handler.last.readable);
    CHECK(!handler.last.writable);
  }
  registration.change({.writable = true});
  poller->wait(1s);
  poller->dispatch();
  CHECK(!handler.last.readable);
  CHECK(handler.last.writable);
  registration.change({});
  poller->wait(0s);
  poller->dispatch();
  CHECK(handler.calls == 3);
}

TEST_CASE("a registration that ends between wait and dispatch is not told") {
  const auto poller = Poller::create().value();
  const SocketPair pair;
  Recorder old_handler;
  Recorder new_handler;
  std::optional<Poller::Registration> registration =
      poller->add(pair.near.get(), {.readable = true}, old_handler).value();
  pair.send();
  poller->wait(1s);
  registration.reset();
  // The same descriptor again, as after a close and an open in between.
  registration = poller->add(pair.near.get(), {.readable = true}, new_handler).value();
  poller->dispatch();
  CHECK(old_handler.calls == 0);
  CHECK(new_handler.calls == 0);
  poller->wait(1s);
  poller->dispatch();
  CHECK(new_handler.calls == 1);
}

TEST_CASE("a hang-up is told without interest") {
  const auto poller = Poller::create().value();
  SocketPair pair;
  Recorder handler;
  const Poller::Registration registration = poller->add(pair.near.get(), {}, handler).value();
  pair.far.reset();
  poller->wait(1s);
  poller->dispatch();
  CHECK(handler.last.hung_up);
}

TEST_CASE("a wait ends in time, not before") {
  const auto poller = Poller::create().value();
  const auto start = std::chrono::steady_clock::now();
  poller->wait(1500us);
  CHECK(std::chrono::steady_clock::now() - start >= 1500us);
  poller->wait(-1h);
}

TEST_CASE("what cannot be watched is an error") {
  const auto poller = Poller::create().value();
  Recorder handler;
  const auto registration = poller->add(-1, {.readable = true}, handler);
  REQUIRE(!registration);
  CHECK(registration.error() == barnabas::ErrorCode::io_error);
}
