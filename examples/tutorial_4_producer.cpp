// Tutorial 4: waits for the result of a single send.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <chrono>
#include <iostream>

int main(int argc, char** argv) try {
  using namespace std::chrono_literals;
  const Arguments arguments(argc, argv, "my-topic");

  barnabas::Producer producer(arguments.bootstrap);
  barnabas::Future<barnabas::Delivery> future = producer.send(arguments.topic, "My message bytes");
  const barnabas::Delivery delivery = future.get(10s).value();

  std::cout << arguments.topic << ' ' << delivery.partition << ' ' << delivery.offset << '\n';
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
