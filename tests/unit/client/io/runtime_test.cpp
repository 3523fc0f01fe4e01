#include <barnabas/runtime.hpp>

#include "client/src/io/driver.hpp"
#include "tests/support/test_engine.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <poll.h>
#include <unistd.h>

using namespace barnabas;
using namespace barnabas::test;

namespace {

struct Client {
  std::mutex mutex;
  TestEngine engine;
  std::unique_ptr<client::EngineBinding> binding;

  explicit Client(const Runtime& runtime) : binding(runtime.driver()->bind(mutex, {}).value()) {
    binding->start(engine, {});
  }
};

int io_threads() {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(entry.path() / "comm");
    std::string name;
    if (std::getline(file, name) && name == "barnabas-io") ++count;
  }
  return count;
}

// The system may list a thread for a moment after it was joined.
bool io_threads_end() {
  const Instant deadline = std::chrono::steady_clock::now() + 10s;
  while (io_threads() > 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  return io_threads() == 0;
}

bool readable(int descriptor) {
  pollfd entry{descriptor, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

int lowest_free_descriptor() {
  const int descriptor = ::dup(0);
  ::close(descriptor);
  return descriptor;
}

}  // namespace

TEST_CASE("one thread serves all clients, from the first of them to the last") {
  auto runtime = std::make_unique<Runtime>();
  CHECK(io_threads() == 0);
  CHECK(runtime->native_handle() == -1);
  {
    Client one(*runtime);
    Client two(*runtime);
    const std::shared_ptr<client::Driver> driver = runtime->driver();
    runtime.reset();  // clients may outlive it
    std::unique_lock lock(two.mutex);
    CHECK(two.binding->wait_until(
        lock, [&] { return two.engine.advances == 1; }, Instant::max()));
    CHECK(io_threads() == 1);
  }
  CHECK(io_threads_end());
}

TEST_CASE("a manual Runtime has a descriptor and a deadline instead of a thread") {
  Runtime runtime(Runtime::manual);
  REQUIRE(runtime.native_handle() >= 0);
  CHECK(!readable(runtime.native_handle()));
  CHECK(!runtime.next_deadline());
  Client client(runtime);
  CHECK(io_threads() == 0);
  CHECK(readable(runtime.native_handle()));
  runtime.run_ready();
  CHECK(client.engine.advances == 1);
  CHECK(!readable(runtime.native_handle()));

  const Instant soon = std::chrono::steady_clock::now() + 10ms;
  {
    std::unique_lock lock(client.mutex);
    client.engine.deadline = soon;
    client.binding->leave(lock);
  }
  CHECK(runtime.next_deadline() == soon);
  while (client.engine.deadline) {
    pollfd entry{runtime.native_handle(), POLLIN, 0};
    ::poll(&entry, 1, 1);
    runtime.run_ready();
  }
  CHECK(!runtime.next_deadline());
}

TEST_CASE("runtimes move") {
  Runtime runtime(Runtime::manual);
  const int handle = runtime.native_handle();
  Runtime other = std::move(runtime);
  CHECK(other.native_handle() == handle);
}

TEST_CASE("runtimes and clients come and go without leaving anything behind") {
  const int before = lowest_free_descriptor();
  for (int i = 0; i < 100; ++i) {
    const Runtime runtime = i % 2 == 0 ? Runtime() : Runtime(Runtime::manual);
    Client one(runtime);
    Client two(runtime);
  }
  CHECK(lowest_free_descriptor() == before);
  CHECK(io_threads_end());
}
