// Tutorial 4, second part: sends a greeting and closes.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "example_topic");

  barnabas::Producer producer(arguments.bootstrap);
  producer.send(arguments.topic, "Hello, Kafka!");
  producer.flush().value();
  std::cout << "Sent message to topic " << arguments.topic << '\n';
  producer.close().value();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
