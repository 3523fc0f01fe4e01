#include <barnabas/broker.hpp>
#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>

#include "tests/support/sanitizers.hpp"
#include "tests/support/skip.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>

using namespace barnabas;
using namespace std::chrono_literals;

// A process that forks: the child is refused what it inherited, may let it go, and may make its own
// clients; the parent notices nothing.
TEST_CASE("cat_N17 fork: a child does not wait for inherited clients, nor disturb the parent's") {
#ifdef BARNABAS_SANITIZED
  // A thread that allocates at the moment of the fork leaves the sanitizer's allocator locked for
  // ever in the child. The stage `gcc` builds without sanitizers and runs this.
  test::skip_test("sanitizers do not support fork in a process with threads");
#else
  Broker broker;
  broker.create_topic("t").value();
  Producer producer(broker.bootstrap());
  CHECK(producer.send("t", "before").get(20s));
  Consumer consumer(ConsumerConfig().bootstrap_servers(broker.bootstrap()));
  consumer.assign({{"t", 0}}).value();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int mistakes = 0;
    {
      std::optional<Producer> inherited(std::move(producer));
      const auto refused = [](const auto& result) {
        return !result && result.error() == ErrorCode::invalid_state;
      };
      if (!refused(inherited->flush())) mistakes |= 2;
      if (!refused(inherited->send("t", "nobody sends this").get())) mistakes |= 4;
      if (!refused(consumer.poll(1min))) mistakes |= 8;
      inherited.reset();  // does not hang, does not close the parent's connections
      if (!Producer(ProducerConfig().bootstrap_servers(broker.bootstrap()))
               .send("t", "child")
               .get(10s)) {
        mistakes |= 1;
      }
    }
    ::_exit(mistakes);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(producer.send("t", "after").get(20s));
  CHECK(broker.log("t", 0).size() == 3);
#endif
}
