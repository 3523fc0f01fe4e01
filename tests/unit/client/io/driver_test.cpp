// What every facade relies on, in both modes of a Runtime.
#include "client/src/io/driver.hpp"

#include "tests/support/test_engine.hpp"

#include <barnabas/runtime.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace barnabas;
using namespace barnabas::test;
using client::Driver;
using client::EngineBinding;

namespace {

enum class Mode { threaded, manual };

Runtime make_runtime(Mode mode) {
  return mode == Mode::manual ? Runtime(Runtime::manual) : Runtime();
}

// What a facade is made of.
struct Client {
  std::shared_ptr<Driver> driver;
  std::mutex mutex;
  TestEngine engine;
  std::unique_ptr<EngineBinding> binding;

  explicit Client(const Runtime& runtime, std::function<void()> after_events = {})
      : driver(runtime.driver()), binding(driver->bind(mutex, {}).value()) {
    binding->start(engine, std::move(after_events));
  }
  bool wait(const std::function<bool()>& done, Duration limit = 10s) {
    std::unique_lock lock(mutex);
    return binding->wait_until(lock, done, driver->now().monotonic + limit);
  }
  void advance_in(Duration delay) {
    std::unique_lock lock(mutex);
    engine.deadline = driver->now().monotonic + delay;
    binding->leave(lock);
  }
};

template <class Body>
void in_both_modes(Body body) {
  SUBCASE("threaded") { body(Mode::threaded); }
  SUBCASE("manual") { body(Mode::manual); }
}

}  // namespace

TEST_CASE("a wait ends with the event that makes its condition true") {
  in_both_modes([](Mode mode) {
    const Runtime runtime = make_runtime(mode);
    Client client(runtime);
    CHECK(client.wait([&] { return client.engine.advances == 1; }));
    client.advance_in(5ms);
    CHECK(client.wait([&] { return client.engine.advances == 2; }));
  });
}

TEST_CASE("a wait ends at its deadline, not before") {
  in_both_modes([](Mode mode) {
    const Runtime runtime = make_runtime(mode);
    Client client(runtime);
    const Instant start = std::chrono::steady_clock::now();
    CHECK(!client.wait([] { return false; }, 20ms));
    const Duration waited = std::chrono::steady_clock::now() - start;
    CHECK(waited >= 20ms);
    CHECK(waited < 5s);
    CHECK(!client.wait([] { return false; }, 0ms));
    CHECK(client.wait([] { return true; }, 0ms));
  });
}

TEST_CASE("requests made before a wait are carried out during it") {
  in_both_modes([](Mode mode) {
    const Runtime runtime = make_runtime(mode);
    Client client(runtime);
    std::unique_lock lock(client.mutex);
    client.binding->network().resolve(network::LookupId{1}, "127.0.0.1", 1);
    CHECK(client.binding->wait_until(
        lock, [&] { return !client.engine.resolved.empty(); }, Instant::max()));
    CHECK(lock.owns_lock());
  });
}

TEST_CASE("a wait ends when another thread makes its condition true") {
  in_both_modes([](Mode mode) {
    const Runtime runtime = make_runtime(mode);
    Client client(runtime);
    bool told = false;
    std::thread other([&] {
      std::unique_lock lock(client.mutex);
      told = true;
      client.binding->leave(lock);
    });
    CHECK(client.wait([&] { return told; }));
    other.join();
  });
}

TEST_CASE("several threads wait at once, each for its own condition") {
  in_both_modes([](Mode mode) {
    const Runtime runtime = make_runtime(mode);
    Client client(runtime);
    constexpr int threads = 4;
    constexpr int rounds = 50;
    std::vector<int> count(threads, 0);
    std::vector<std::thread> waiting;
    std::atomic<int> in_time{0};
    for (std::size_t i = 0; i < threads; ++i) {
      waiting.emplace_back([&, i] {
        for (int round = 0; round < rounds; ++round) {
          {
            // Wakes a neighbour, then waits to be woken.
            std::unique_lock lock(client.mutex);
            ++count[(i + 1) % threads];
            client.binding->leave(lock);
          }
          if (client.wait([&, i] { return count[i] > round; })) ++in_time;
        }
      });
    }
    for (std::thread& thread : waiting) thread.join();
    CHECK(in_time == threads * rounds);
  });
}

TEST_CASE("a thread that waits goes on running the loop when the one before it leaves") {
  const Runtime runtime(Runtime::manual);
  Client client(runtime);
  Client other(runtime);
  bool short_done = false;
  // Both wait; whichever runs the loop, the second deadline is met by the one that is left.
  std::thread early([&] { short_done = client.wait([&] { return client.engine.advances >= 1; }); });
  other.advance_in(30ms);
  CHECK(other.wait([&] { return other.engine.advances >= 1 && !other.engine.deadline; }));
  early.join();
  CHECK(short_done);
}

namespace {
EngineBinding* signalled_binding = nullptr;
std::atomic<bool> signalled{false};
}  // namespace

TEST_CASE("request_advance from a signal handler ends a wait") {
  in_both_modes([](Mode mode) {
    const Runtime runtime = make_runtime(mode);
    Client client(runtime);
    signalled = false;
    signalled_binding = client.binding.get();
    struct sigaction action {};
    struct sigaction before {};
    action.sa_handler = [](int) {
      signalled = true;
      signalled_binding->request_advance();
    };
    ::sigaction(SIGUSR1, &action, &before);
    const pthread_t waiter = ::pthread_self();
    std::thread sender([waiter] { ::pthread_kill(waiter, SIGUSR1); });
    CHECK(client.wait([] { return signalled.load(); }));
    sender.join();
    ::sigaction(SIGUSR1, &before, nullptr);
  });
}

TEST_CASE("a wait within a callback returns at once") {
  in_both_modes([](Mode mode) {
    const Runtime runtime = make_runtime(mode);
    Client* self = nullptr;
    std::atomic<bool> ready{false};
    bool on_loop_thread = false;
    bool result = true;
    bool called = false;
    Client client(runtime, [&] {
      if (!ready || called) return;
      on_loop_thread = self->driver->on_loop_thread();
      result = self->wait([] { return false; }, 1h);
      std::unique_lock lock(self->mutex);
      called = true;
      self->binding->leave(lock);
    });
    self = &client;
    ready = true;
    client.binding->request_advance();
    CHECK(client.wait([&] { return called; }));
    CHECK(on_loop_thread);
    CHECK(!result);
    CHECK(!client.driver->on_loop_thread());
  });
}

TEST_CASE("a callback may destroy its client and the Runtime") {
  in_both_modes([](Mode mode) {
    struct Application {
      std::mutex mutex;
      std::unique_ptr<Runtime> runtime;
      std::unique_ptr<Client> client;
      std::atomic<bool> gone{false};
    };
    // Shared with the callback, which is still returning when this thread goes on.
    const auto application = std::make_shared<Application>();
    application->runtime = std::make_unique<Runtime>(make_runtime(mode));
    {
      const std::lock_guard lock(application->mutex);
      application->client = std::make_unique<Client>(*application->runtime, [application] {
        const std::lock_guard guard(application->mutex);
        application->client.reset();
        application->runtime.reset();
        application->gone = true;
      });
    }
    if (mode == Mode::manual) application->runtime->run_ready();
    while (!application->gone) std::this_thread::yield();
  });
}

TEST_CASE("seeds differ") {
  const Runtime runtime;
  CHECK(runtime.driver()->new_seed() != runtime.driver()->new_seed());
}

TEST_CASE("a child of fork is refused, and may let go of what it inherited") {
  in_both_modes([](Mode mode) {
    auto runtime = std::make_unique<Runtime>(make_runtime(mode));
    auto client = std::make_unique<Client>(*runtime);
    CHECK(client->wait([&] { return client->engine.advances == 1; }));
    const pid_t child = ::fork();
    if (child == 0) {
      std::mutex mutex;
      const auto refused = runtime->driver()->bind(mutex, {});
      const bool right =
          !refused && refused.error() == ErrorCode::invalid_state && !runtime->driver()->usable();
      client.reset();
      runtime.reset();
      ::_exit(right ? 0 : 1);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(runtime->driver()->usable());
    client->advance_in(1ms);
    CHECK(client->wait([&] { return client->engine.advances == 2; }));
  });
}
