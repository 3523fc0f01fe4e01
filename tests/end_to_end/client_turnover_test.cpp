#include <barnabas/admin.hpp>
#include <barnabas/broker.hpp>
#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>

#include "tests/support/sanitizers.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace barnabas;
using namespace std::chrono_literals;

namespace {

#ifdef BARNABAS_SANITIZED
constexpr bool memory_is_our_own = false;  // the sanitizer keeps what was freed
#else
constexpr bool memory_is_our_own = true;
#endif

struct Usage {
  std::ptrdiff_t descriptors;
  std::ptrdiff_t threads;
  long resident_pages;

  static std::ptrdiff_t entries(const char* folder) {
    return std::distance(std::filesystem::directory_iterator(folder), {});
  }
  static Usage now() {
    long total = 0;
    long resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return {entries("/proc/self/fd"), entries("/proc/self/task"), resident};
  }
};

// Ways to go: closed, destroyed at work, destroyed before it could connect, never able to connect.
void use_clients(Broker& broker, int round) {
  Producer closed(broker.bootstrap());
  CHECK(closed.send("t", std::to_string(round)).get(20s));
  CHECK(closed.close());
  Producer at_work(broker.bootstrap());
  at_work.send("t", "may be lost");
  Consumer consumer(ConsumerConfig().bootstrap_servers(broker.bootstrap()).group("g"));
  if (round % 2 == 0) consumer.subscribe({"t"}).value();
  Admin admin(broker.bootstrap());
  Producer nowhere(ProducerConfig().bootstrap_servers("127.0.0.1:1"));
}

}  // namespace

TEST_CASE("cat_N17 clients come and go: descriptors, threads and memory stay what they were") {
  if (!std::filesystem::exists("/proc/self/fd")) return;
  Broker broker;
  broker.create_topic("t").value();
  for (int round = 0; round < 50; ++round) use_clients(broker, round);
  const Usage before = Usage::now();
  for (int round = 0; round < 250; ++round) use_clients(broker, round);
  // The broker sees connections end a moment later than their clients.
  Usage after = Usage::now();
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while ((after.descriptors > before.descriptors || after.threads > before.threads) &&
         std::chrono::steady_clock::now() < deadline) {
    after = Usage::now();
  }
  CHECK(after.descriptors <= before.descriptors);
  CHECK(after.threads <= before.threads);
  if (memory_is_our_own) CHECK((after.resident_pages - before.resident_pages) * 4 < 8 * 1024);
}
