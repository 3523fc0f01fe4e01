#include <barnabas/broker.hpp>
#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <optional>

using namespace barnabas;
using namespace std::chrono_literals;

// A process that forks: the child must not use what it inherited, may let it go, and may make its
// own clients; the parent notices nothing.
TEST_CASE("fork: inherited clients are refused in the child, and do not disturb the parent") {
  Broker broker;
  broker.create_topic("t").value();
  Producer producer(broker.bootstrap());
  CHECK(producer.send("t", "before").get(20s));
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int mistakes = 0;
    {
      std::optional<Producer> inherited(std::move(producer));
      if (inherited->flush(5s)) mistakes |= 1;
      inherited.reset();           // does not hang, does not close the parent's connections
#if !defined(__SANITIZE_THREAD__)  // which allows no threads after fork
      if (!Producer(ProducerConfig().bootstrap_servers(broker.bootstrap()))
               .send("t", "child")
               .get(10s)) {
        mistakes |= 2;
      }
#endif
    }
    ::_exit(mistakes);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(producer.send("t", "after").get(20s));
  CHECK(broker.log("t", 0).size() == 3);
}
