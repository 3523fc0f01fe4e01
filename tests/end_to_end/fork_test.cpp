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

// A process that forks: the child may let go what it inherited, and make its own clients; the
// parent notices nothing.
TEST_CASE("fork: a child lets inherited clients go without disturbing the parent") {
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
      inherited.reset();           // does not hang, does not close the parent's connections
#if !defined(__SANITIZE_THREAD__)  // which allows no threads after fork
      if (!Producer(ProducerConfig().bootstrap_servers(broker.bootstrap()))
               .send("t", "child")
               .get(10s)) {
        mistakes |= 1;
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
