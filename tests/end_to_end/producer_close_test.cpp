#include <barnabas/broker.hpp>
#include <barnabas/producer.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_CASE("close delivers what was sent to a topic that was not known yet") {
  barnabas::Broker broker;
  {
    barnabas::Producer producer(broker.bootstrap());
    for (int i = 0; i < 100; ++i) producer.send("orders", std::to_string(i));
    CHECK(producer.close().has_value());
  }
  const auto log = broker.log("orders", 0);
  REQUIRE(log.size() == 100);
  for (std::size_t i = 0; i < log.size(); ++i) CHECK(log[i].value == std::to_string(i));
}
