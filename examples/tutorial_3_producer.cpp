// Tutorial 3: sends some bytes.
#include "examples/arguments.hpp"

#include <barnabas/barnabas.hpp>

#include <iostream>

int main(int argc, char** argv) try {
  const Arguments arguments(argc, argv, "test_topic");

  barnabas::Producer producer(arguments.bootstrap);
  producer.send(arguments.topic, "some data");
  producer.flush().value();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
