#include "client/src/io/loop_turns.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

using namespace barnabas;
using namespace std::chrono_literals;
using client::LoopTurns;
using client::Waiter;

namespace {

struct Fixture {
  std::shared_ptr<transport::EventLoop> loop{transport::EventLoop::create().value()};
  LoopTurns turns{loop};
  std::mutex engine_mutex;
  std::function<bool()> done = [] { return false; };

  // How long a wait takes that would have to last for ten seconds.
  void wake() {
    std::condition_variable unused;
    turns.wake(unused);
  }
  Duration wait(Waiter& waiter) {
    const Instant start = std::chrono::steady_clock::now();
    std::unique_lock lock(engine_mutex);
    turns.wait(lock, waiter, start + 10s);
    CHECK(lock.owns_lock());
    return std::chrono::steady_clock::now() - start;
  }
};

}  // namespace

TEST_CASE("a turn that ends between the look at a condition and the wait is not missed") {
  Fixture fixture;
  Waiter waiter{fixture.done, {}};
  waiter.ticket = fixture.turns.ticket();
  fixture.turns.run_ready();
  CHECK(fixture.wait(waiter) < 5s);
}

TEST_CASE("a wake before the wait is not missed either") {
  Fixture fixture;
  Waiter waiter{fixture.done, {}};
  waiter.ticket = fixture.turns.ticket();
  fixture.wake();
  CHECK(fixture.wait(waiter) < 5s);
}

TEST_CASE("a thread that waits while another runs the loop returns with the end of its turn") {
  Fixture fixture;
  std::thread runner([&] {
    Waiter waiter{fixture.done, {}};
    waiter.ticket = fixture.turns.ticket();
    fixture.wait(waiter);
  });
  Waiter waiter{fixture.done, {}};
  waiter.ticket = fixture.turns.ticket();
  std::thread waker([&] { fixture.wake(); });
  CHECK(fixture.wait(waiter) < 5s);
  waker.join();
  // Whoever of the two still waits, another turn ends it.
  fixture.wake();
  runner.join();
}
