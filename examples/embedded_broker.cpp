// Testing without Kafka: the broker runs inside the test, and things go wrong on demand.
#include <barnabas/barnabas.hpp>
#include <barnabas/broker.hpp>

#include <iostream>

int main() try {
  using namespace std::chrono_literals;

  barnabas::Broker broker;
  broker.create_topic("orders", 1).value();
  broker.inject(
      barnabas::Fault::error(barnabas::ApiKey::Produce, barnabas::ErrorCode::not_leader_or_follower)
          .times(2));

  barnabas::Producer producer(broker.bootstrap());
  const barnabas::Delivery delivery =
      producer.send("orders", "survives two errors").get(10s).value();
  std::cout << "delivered to offset " << delivery.offset << " after two errors\n";

  broker.restart().value();
  producer.send("orders", "survives a restart").get(10s).value();
  std::cout << "the log holds " << broker.log("orders", 0).size() << " records\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
