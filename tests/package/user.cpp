// A program of somebody who uses an installed Barnabas: the embedded broker, one record there and
// back.
#include <barnabas/barnabas.hpp>
#include <barnabas/broker.hpp>

#include <chrono>
#include <iostream>

int main() {
  using namespace std::chrono_literals;
  barnabas::Broker broker;
  barnabas::Producer producer(broker.bootstrap());
  producer.send("greetings", "hello world");
  producer.flush().value();
  barnabas::ConsumerConfig config;
  config.bootstrap_servers(broker.bootstrap())
      .group("readers")
      .offset_reset(barnabas::OffsetReset::earliest());
  barnabas::Consumer consumer = barnabas::Consumer::create(config).value();
  consumer.subscribe({"greetings"}).value();
  for (int i = 0; i < 100; ++i) {
    const barnabas::Records records = consumer.poll(100ms).value();
    for (const auto& partition : records.partitions()) {
      for (const auto& record : partition) {
        std::cout << record.value() << '\n';
        return record.value() == "hello world" ? 0 : 1;
      }
    }
  }
  return 1;
}
