// Tutorial 2: sends one message and waits until it is delivered.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "test");

  barnabas::Producer producer(arguments.bootstrap);
  producer.send(arguments.topic, "test message");
  producer.flush().value();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
