// Tutorial 5: one message, then records that are spread over the partitions by their keys.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>
#include <string>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "test");

  barnabas::Producer producer(arguments.bootstrap);
  producer.send(arguments.topic, "hello world");
  for (int i = 0; i < 20; ++i) {
    const std::string key = "key-" + std::to_string(i % 5);
    producer.send(arguments.topic, key, "message " + std::to_string(i));
  }
  producer.flush().value();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
